import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

from grading.api import Grader, load_grader, require_picture, shipped_engine
from grading.backbone import ONNX_SHA256, WEIGHTS_SHA256, Backbone
from grading.errors import HeadFileError, NotAPictureError
from grading.features import VECTOR_WIDTH, picture_vector
from grading.forms import FORM_BY_CLASS, FORMS, GRADE_CLASSES
from grading.hazards import Hazard
from grading.head import SHIPPED_HEAD, HeadFile
from grading.picture import read_picture
from grading.propose import REASONS, Decision, View, is_wide, judge, load_part, propose
from grading.quality import Quality
from grading.site import Site
from tests.unit.grading.drawings import KINDS, draw, jpeg, png

CLEAR = Quality(
    shorter_side_px=600,
    laplacian_variance=500,
    tenengrad=5000,
    edge_percent=150,
    edge_across_percent=150,
    edge_down_percent=150,
    p1_level=20,
    p50_level=120,
    p99_level=240,
    dark_bp=0,
    light_bp=0,
    plain_bp=1800,
    cast_a=2,
    cast_b=3,
    light_a=0,
    light_b=1,
    edge_red=-1,
    edge_blue=1,
)


def test_there_are_twenty_four_trade_grades_in_nine_forms() -> None:
    assert len(GRADE_CLASSES) == 24
    assert len(FORMS) == 9
    assert set(FORM_BY_CLASS.values()) == set(FORMS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_left_to_a_person(grader: Grader, kind: str) -> None:
    for seed in range(4):
        proposal = grader.propose([jpeg(draw(kind, seed))])
        assert proposal.decision is not Decision.AUTO
        assert proposal.reasons
        assert {code for code in proposal.reasons if "HAZARD_" not in code} <= set(REASONS)


def test_shares_are_whole_basis_points_over_the_trade_grades(grader: Grader) -> None:
    proposal = grader.propose([jpeg(draw("heap", 3))])
    assert list(proposal.classes) == list(GRADE_CLASSES)
    assert sum(proposal.classes.values()) == 10_000
    assert proposal.grade_class is not None
    assert proposal.confidence_bp == max(proposal.classes.values())
    assert proposal.classes[proposal.grade_class] == proposal.confidence_bp
    assert proposal.form == FORM_BY_CLASS.get(proposal.grade_class)


def test_the_model_is_named_by_its_hashes(grader: Grader) -> None:
    model = grader.propose([jpeg(draw("flat", 1))]).model
    assert model["backbone_sha256"] == WEIGHTS_SHA256
    assert model["onnx_sha256"] == ONNX_SHA256
    assert model["head_sha256"] == grader.head_file.sha256
    assert len(model["calibration_sha256"]) == len(model["catalogue_sha256"]) == 64


def test_the_answer_depends_on_pixels_alone(grader: Grader) -> None:
    pixels = draw("rods", 2)
    as_png = grader.propose([png(pixels)])
    as_bmp = grader.propose([cv2.imencode(".bmp", pixels)[1].tobytes()])
    assert as_png.pictures[0].sha256 != as_bmp.pictures[0].sha256
    assert as_png.pixel_sha256 == as_bmp.pixel_sha256
    assert as_png.classes == as_bmp.classes
    assert as_png.reasons == as_bmp.reasons


@pytest.mark.parametrize("kind", ["shapes", "heap", "rods", "truck"])
def test_a_re_encoded_picture_leans_to_the_same_class(grader: Grader, kind: str) -> None:
    pixels = draw(kind, 7)
    first = grader.propose([jpeg(pixels, 92)])
    again = grader.propose([jpeg(read_picture(jpeg(pixels, 92)).pixels, 85)])
    assert first.grade_class == again.grade_class


@pytest.mark.parametrize("raw", [b"", b"no picture", jpeg(draw("heap", 1))[:-400]])
def test_an_unreadable_picture_is_manual(grader: Grader, raw: bytes) -> None:
    proposal = grader.propose([raw])
    assert proposal.decision is Decision.MANUAL
    assert proposal.reasons == ("Q_TRUNCATED",)
    assert (proposal.form, proposal.grade_class, proposal.conformal_set) == (None, None, ())
    assert not proposal.classes
    assert proposal.pixel_sha256 == ("",)
    assert proposal.pictures[0].quality is None
    assert len(proposal.model) == 5


def test_several_pictures_are_one_load(grader: Grader) -> None:
    one, other = jpeg(draw("heap", 1)), jpeg(draw("noise", 1))
    alone = [grader.propose([raw]).classes for raw in (one, other)]
    load = grader.propose([one, other, b"unreadable"])
    for name in GRADE_CLASSES:
        assert abs(2 * load.classes[name] - alone[0][name] - alone[1][name]) <= 3
    assert load.reasons[0] == "Q_TRUNCATED"
    assert [picture.reasons for picture in load.pictures][2] == ("Q_TRUNCATED",)


def test_a_proposal_needs_a_picture(grader: Grader) -> None:
    with pytest.raises(ValueError, match="at least one"):
        grader.propose([])


def test_a_head_for_another_backbone_is_refused(grader: Grader, backbone: Backbone) -> None:
    head = dataclasses.replace(grader.head_file.head, onnx_sha256="0" * 64)
    with pytest.raises(HeadFileError, match="backbone"):
        propose(
            [b""],
            backbone=backbone,
            head_file=HeadFile(head=head, sha256=""),
            site=Site(),
        )


class TestJudgement:
    """Vectors are made from the head's own lines, so that every way of deciding is walked."""

    def vector_for(self, grader: Grader, *classes: str) -> np.ndarray:
        linear = grader.head_file.head.linear
        direction = sum(linear.weights[linear.classes.index(name)] for name in classes)
        base = np.ones(VECTOR_WIDTH, np.float32)
        return np.asarray(base + direction / np.abs(direction).max() * 60, np.float32)

    def familiar(self, **calibration: int) -> Site:
        return Site(calibration={"ood_cosine_bp": 0, "not_scrap_cosine_bp": 0, **calibration})

    def test_one_form_in_the_set_is_automatic(self, grader: Grader) -> None:
        view = View(vector=self.vector_for(grader, "Rolling_Scrap"), quality=CLEAR)
        judgement = judge(grader.head_file.head, self.familiar(), [view])
        assert judgement.reasons == ()
        assert judgement.decision is Decision.AUTO
        assert judgement.conformal_set == ("rebar_rolling",)
        assert judgement.form == "rebar_rolling"
        assert judgement.grade_class == "Rolling_Scrap"

    @pytest.mark.parametrize(
        ("limits", "reason"),
        [
            ({"ood_cosine_bp": 10_001, "not_scrap_cosine_bp": 0}, "OUT_OF_DISTRIBUTION"),
            ({"not_scrap_cosine_bp": 10_001}, "Q_NOT_SCRAP"),
            ({"conformal_q_bp": 10_000}, "FORMS_SEVERAL"),
        ],
    )
    def test_a_limit_that_is_broken_is_named(
        self, grader: Grader, limits: dict[str, int], reason: str
    ) -> None:
        view = View(vector=self.vector_for(grader, "Rolling_Scrap"), quality=CLEAR)
        judgement = judge(grader.head_file.head, self.familiar(**limits), [view])
        assert judgement.decision is Decision.MANUAL
        assert judgement.reasons == (reason,)

    def test_no_form_may_be_likely_enough(self, grader: Grader) -> None:
        view = View(vector=np.ones(VECTOR_WIDTH, np.float32), quality=CLEAR)
        site = self.familiar(conformal_q_bp=0, scale_percent=20)
        judgement = judge(grader.head_file.head, site, [view])
        assert judgement.conformal_set == ()
        assert judgement.decision is Decision.MANUAL

    def test_a_form_below_one_half_is_a_guess(self, grader: Grader) -> None:
        view = View(vector=self.vector_for(grader, "Rolling_Scrap"), quality=CLEAR)
        judgement = judge(grader.head_file.head, self.familiar(form_min_bp=10_001), [view])
        assert judgement.decision is Decision.MANUAL
        assert judgement.reasons == ("FORM_UNSURE",)

    def test_a_hazard_stops_the_load(self, grader: Grader) -> None:
        hazard = Hazard(kind="gas_cylinder", box_px=(0, 0, 9, 9), score_bp=9000, codes=())
        view = View(
            vector=self.vector_for(grader, "Rolling_Scrap"),
            quality=CLEAR,
            hazards=(hazard,),
            seen=("HAZARD_GAS_CYLINDER",),
        )
        judgement = judge(grader.head_file.head, self.familiar(), [view])
        assert judgement.decision is Decision.STOP
        assert judgement.reasons == ("HAZARD_GAS_CYLINDER",)

    def test_a_trade_grade_without_a_form_is_manual(self, grader: Grader) -> None:
        view = View(vector=self.vector_for(grader, "Alternators"), quality=CLEAR)
        judgement = judge(grader.head_file.head, self.familiar(), [view])
        assert judgement.grade_class == "Alternators"
        assert judgement.form is None
        assert judgement.reasons == ("NO_FORM",)

    def test_a_blurred_picture_spoils_its_load(self, grader: Grader) -> None:
        vector = self.vector_for(grader, "Rolling_Scrap")
        blurred = dataclasses.replace(CLEAR, laplacian_variance=5)
        views = [View(vector=vector, quality=CLEAR), View(vector=vector, quality=blurred)]
        judgement = judge(grader.head_file.head, self.familiar(), views)
        assert judgement.reasons == ("Q_BLUR",)


def test_the_vector_has_its_length_and_differs_between_pictures(backbone: Backbone) -> None:
    one, other = (picture_vector(backbone, draw(kind, 1)) for kind in ("heap", "truck"))
    assert one.shape == (4048,)
    assert one.dtype == np.float32
    assert (one != other).any()


def test_the_shipped_engine_needs_no_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERROTRACE_CACHE", str(cache))
    assert shipped_engine().head_file.sha256 == load_grader(SHIPPED_HEAD).head_file.sha256


def test_an_upload_must_be_a_picture() -> None:
    require_picture(png(draw("flat", 1)))
    with pytest.raises(NotAPictureError):
        require_picture(b"text")


def test_the_frame_of_a_fixed_camera_is_judged_by_its_middle() -> None:
    wide = np.zeros((900, 1600, 3), np.uint8)
    wide[:180] = wide[720:] = 255
    middle = load_part(wide)
    assert middle.shape == (540, 960, 3)
    assert middle.max() == 0
    photograph = np.zeros((600, 900, 3), np.uint8)
    assert load_part(photograph) is photograph


def test_frames_of_fixed_cameras_have_lines_of_their_own(grader: Grader) -> None:
    looked_at = picture_vector(grader.backbone, draw("heap", 1))
    photograph = View(vector=looked_at, quality=CLEAR)
    frame = dataclasses.replace(photograph, is_frame=True)
    head = grader.head_file.head
    assert judge(head, Site(), [photograph]).classes != judge(head, Site(), [frame]).classes
    assert is_wide(np.zeros((1080, 1920, 3), np.uint8))
    assert not is_wide(np.zeros((600, 800, 3), np.uint8))
