from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from grading import backbone as module
from grading.backbone import ONNX_FILE, ONNX_SHA256, Backbone, load_backbone, onnx_model, weights
from grading.convert import same_padding
from grading.errors import BackboneError


def ramp() -> npt.NDArray[np.uint8]:
    rows, columns, channels = np.mgrid[:224, :224, :3]
    return np.asarray((7 * rows + 13 * columns + 29 * channels) % 256, np.uint8)[None]


def test_the_published_vector_comes_out(backbone: Backbone) -> None:
    logits, feat, mid112 = backbone.outputs(ramp(), "logits", "feat", "mid112")
    top = [905, 807, 753, 581, 789]
    assert np.argsort(-logits[0])[:5].tolist() == top
    np.testing.assert_allclose(logits[0][top], [6.5515, 6.3605, 4.8735, 4.3756, 4.0160], atol=1e-3)
    assert feat[0][0] == pytest.approx(0.48216, abs=1e-3)
    assert feat[0][1:5].tolist() == [0, 0, 0, 0]
    assert feat.mean() == pytest.approx(0.109754, abs=1e-4)
    assert (feat > 0).sum() == 267
    np.testing.assert_allclose(
        mid112[0][:5], [6.91317, -1.02237, 0.94759, 1.09398, 17.76402], atol=1e-3
    )
    assert mid112.mean() == pytest.approx(-0.636778, abs=1e-3)


def test_a_batch_gives_the_same_bits_as_one_picture(backbone: Backbone) -> None:
    one = ramp()
    batch = np.concatenate([one, 255 - one, one])
    (alone,) = backbone.outputs(one, "feat")
    (together,) = backbone.outputs(batch, "feat")
    assert (together[[0, 2]] == alone).all()
    assert (together[1] != alone[0]).any()


def test_the_graph_is_made_again_byte_by_byte(tmp_path: Path) -> None:
    made = onnx_model(tmp_path)
    assert module._sha256(made) == ONNX_SHA256  # noqa: SLF001 - the hash in question
    assert (tmp_path / ONNX_FILE).read_bytes() == made
    assert [path.name for path in tmp_path.iterdir()] == [ONNX_FILE]


@pytest.mark.parametrize("kept", [b"", b"something else"])
def test_a_wrong_file_in_the_cache_is_replaced(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / ONNX_FILE).write_bytes(kept)
    made = onnx_model(tmp_path)
    assert (tmp_path / ONNX_FILE).read_bytes() == made


def test_a_right_file_in_the_cache_is_used(
    cache: Path, backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "weights", None)
    assert load_backbone(cache).onnx_sha256 == backbone.onnx_sha256


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(BackboneError, match="not the expected one"):
        weights()


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(BackboneError, match="efficientnet-lite0"):
        weights()


def test_padding_is_that_of_tensorflow() -> None:
    assert same_padding(3, 1) == (1, 1)
    assert same_padding(5, 1) == (2, 2)
    assert same_padding(3, 2) == (0, 1)
    assert same_padding(5, 2) == (1, 2)
    assert same_padding(1, 1) == (0, 0)
