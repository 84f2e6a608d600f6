"""A load with layers as the image engine speaks of it: drawings, with figures made for tests."""

from collections.abc import Sequence

from service.domain.visit import VisitKind
from service.usecases import demo_company
from service.usecases.grade import propose_pending
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.ports import Drawn, ProposedGrade, SeenArea, SeenLayer
from service.usecases.visit import OpenVisit, open_visit
from tests.support.company import MODEL, AbstainingGrader, Company
from tests.support.pictures import heap_jpeg

SHARES = {"heavy_mixed": 6_200, "plate_structural": 2_700, "shredded": 1_100}
BOUNDS = {
    "heavy_mixed": (5_400, 7_000),
    "plate_structural": (2_000, 3_500),
    "shredded": (600, 1_700),
}


def proposed(
    decision: str = "manual",
    *,
    reasons: Sequence[str] = ("COVERAGE_LOW", "LAYERS_INCONSISTENT"),
    hazards: Sequence[SeenArea] = (),
) -> ProposedGrade:
    """What the engine says of a load in three pictures."""
    overlays = [Drawn(content=heap_jpeg(f"seen {n}"), media_type="image/jpeg") for n in range(3)]
    return ProposedGrade(
        decision=decision,
        form="heavy_mixed",
        grade_class="HMS_1",
        classes={"HMS_1": 7_000, "pns": 3_000},
        confidence_bp=7_000,
        conformal_set=("heavy_mixed",),
        reasons=tuple(reasons),
        model=MODEL,
        pixel_sha256=(),
        shares_bp=SHARES,
        interval_bp=BOUNDS,
        layers=[
            SeenLayer(picture=n, weight_bp=bp, shares_bp=SHARES, new_area_bp=8_000, repeated_bp=500)
            for n, bp in enumerate((3_400, 3_300, 3_300))
        ],
        coverage_bp=7_900,
        hazards=hazards,
        measures=[{"rust_bp": 3_100}] * 3,
        thickness_evidence="none",
        overlays=overlays,
    )


def cylinder(picture: int = 1) -> SeenArea:
    """What may be a gas cylinder, in the middle of a picture."""
    return SeenArea(
        kind="gas_cylinder", picture=picture, box_px=(240, 160, 160, 90), figure_bp=8_100
    )


def weighed_load(
    company: Company,
    plate: str,
    *,
    supplier_id: str = demo_company.SUPPLIERS[0],
    pictures: int = 2,
) -> str:
    """A load at its first weighing, with uploaded pictures of its layers; its visit."""
    arrival = OpenVisit(
        site_id="BASE01",
        kind=VisitKind.RECEIVING,
        plate=plate,
        supplier_id=supplier_id,
        carrier_id=demo_company.CARRIER,
    )
    visit_id = open_visit(arrival, company.people["operator"], company.deps).visit_id
    company.weigh(visit_id, "BASE01", "gross", 38_940, "operator")
    for number in range(pictures):
        command = UploadPhotograph(
            visit_id=visit_id, content=heap_jpeg(f"layer {number}"), media_type="image/jpeg"
        )
        upload_photograph(command, company.people["inspector"], company.deps)
    return visit_id


def proposed_load(
    company: Company,
    plate: str,
    answer: ProposedGrade,
    *,
    supplier_id: str = demo_company.SUPPLIERS[0],
) -> str:
    """A load that the engine has looked at and said ``answer`` of; its visit."""
    visit_id = weighed_load(company, plate, supplier_id=supplier_id)
    grader = company.deps.grader
    assert isinstance(grader, AbstainingGrader)
    grader.proposed = answer
    propose_pending(company.deps)
    return visit_id
