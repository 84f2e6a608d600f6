"""A photograph used for another truck, and what outsiders see of one."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from service.bootstrap.engine import LazyExaminer, grading_intake
from service.domain.errors import UnavailableError
from service.storage.photograph import photographs_of
from service.storage.photograph_reuse import content_of, copy_of, looks_of, repeats_in
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.photograph_reuse import intake_reasons, public_copy
from service.usecases.ports import PublicCopyError
from tests.support.company import Company
from tests.support.graded_loads import weighed_load
from tests.support.pages import Person, pages_of
from tests.support.pictures import heap_jpeg


def cut_and_mirrored(content: bytes) -> bytes:
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    height, width = pixels.shape[:2]
    part = pixels[height // 13 : -height // 13, width // 13 : -width // 13]
    return cv2.imencode(".jpg", cv2.flip(part, 1), [cv2.IMWRITE_JPEG_QUALITY, 60])[1].tobytes()


def test_a_photograph_of_another_truck_is_found_cut_and_mirrored_and_outsiders_see_a_copy(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps = replace(company.deps, pictures=LazyExaminer())
    first, second = (
        weighed_load(company, plate, pictures=0) for plate in ("辽E·10001", "辽E·10002")
    )
    original = heap_jpeg("reused")
    inspector = company.people["inspector"]
    uploads = [
        (first, original),
        (first, original),
        (second, heap_jpeg("fresh")),
        (second, cut_and_mirrored(original)),
    ]
    kept = [
        upload_photograph(
            UploadPhotograph(visit_id=visit, content=content, media_type="image/jpeg"),
            inspector,
            deps,
        )
        for visit, content in uploads
    ]
    with deps.db.transaction() as tx:
        assert repeats_in(tx, first) == []
        assert intake_reasons(tx, first) == ()
        found = repeats_in(tx, second)
        assert {each.photograph_id for each in found} == {kept[3].photograph_id}
        assert {each.repeats_id for each in found} == {each.photograph_id for each in kept[:2]}
        assert all(each.mirrored and each.inliers >= 25 for each in found)
        assert intake_reasons(tx, second) == ("REUSED_PHOTOGRAPH",)
        assert len(looks_of(tx, second)) == 2
        assert content_of(tx, "none") is None
        hashed = photographs_of(tx, first)[0].salted_sha256

    with pytest.raises(UnavailableError):
        deps.pictures.public_copy(b"no picture")  # type: ignore[union-attr]
    path = f"/photographs/{kept[0].photograph_id}"
    assert Person(pages_of(company), "supplier").get(path).status_code == 503
    monkeypatch.setattr("grading.blur.faces", lambda _pixels: ((10, 10, 60, 60),))
    monkeypatch.setattr("grading.blur.plates", lambda _pixels: ())
    app = pages_of(replace(company, deps=deps))
    seen = Person(app, "supplier").get(path)
    assert seen.status_code == 200
    assert seen.data != original
    assert Person(app, "inspector").get(path).data == original
    with deps.db.transaction() as tx:
        assert copy_of(tx, kept[0].photograph_id) == seen.data
        assert photographs_of(tx, first)[0].salted_sha256 == hashed
    assert public_copy(kept[0].photograph_id, original, deps) == seen.data
    assert issubclass(PublicCopyError, UnavailableError)
    assert grading_intake().examine(original).likeness is not None
