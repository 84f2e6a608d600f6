"""What each kind of entry says. Members that may be absent are left out, never null."""

from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:@+-]{1,64}$")]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Plate = Annotated[str, Field(min_length=1, max_length=16)]
Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$")]
Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Kg = Annotated[int, Field(ge=0, le=10_000_000)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
PassName = Literal["gross", "tare", "check"]
TicketNo = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}-[A-Z0-9]{1,12}-[0-9]{2}-[0-9]{6}$")]
PaperNo = Annotated[str, Field(pattern=r"^S[HG]-[A-Z0-9-]{2,40}$")]
DoseRate = Annotated[int, Field(ge=0, le=10**9)]
MediaType = Literal["image/jpeg", "image/png"]


class Strict(BaseModel):
    """Nothing is guessed and nothing is dropped."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Body(Strict):
    """The content of one kind of entry."""


class VisitOpened(Body):
    """``booking_no`` and ``delivery_id`` are those of the ``code``, as the edge unit found them.

    ``continues`` names the visit whose last weighing is the first of this one.
    """

    visit_id: Id
    visit_kind: Literal["RECEIVING", "LOADING", "UNLOADING"]
    plate: Plate
    plate_read: Plate | None = None
    identified_by: Literal["QR", "PLATE", "CARD", "WAYBILL", "TYPED"]
    code: Text | None = None
    card_no: Id | None = None
    booking_no: Id | None = None
    delivery_id: Id | None = None
    continues: Id | None = None
    supplier_id: Id | None = None
    carrier_id: Id | None = None
    plant_id: Id | None = None
    distance_km: Annotated[str, Field(pattern=r"^\d{1,5}(\.\d{1,2})?$")] | None = None
    driver_id: Id | None = None
    material: Text | None = None
    arrived_at: Instant


class RadiationCheck(Strict):
    """Dose rates in nSv/h: background five times, the highest net, re-scans where it alarmed."""

    background_nsv_h: Annotated[list[DoseRate], Field(min_length=5, max_length=5)]
    max_nsv_h: DoseRate
    alarm_level_nsv_h: Annotated[int, Field(gt=0, le=10**9)]
    rescans_nsv_h: Annotated[list[DoseRate], Field(max_length=2)]
    decision: Literal["OK", "NORM_RELEASE", "HOLD", "NOTIFY"]
    officer: Text
    instrument: Text
    calibration_due: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class RadiationChecked(Body):
    visit_id: Id
    check: RadiationCheck


class VisitCalled(Body):
    visit_id: Id
    place: Text
    order: Annotated[int, Field(ge=1)]


class ControlVerdict(Strict):
    """What a control said, as the weighing document keeps it."""

    control: Annotated[str, Field(pattern=r"^C([1-9]|1[0-9]|20)$")]
    outcome: Literal["PASS", "FLAG", "HOLD", "BLOCK", "UNKNOWN"]
    value: Annotated[str, Field(max_length=500)]
    limit: Annotated[str, Field(max_length=500)]
    field: Annotated[str, Field(max_length=200)] = ""
    message: Annotated[str, Field(max_length=500)] = ""


class WeighingRecorded(Body):
    """``capture`` is the capture's document without the bytes of its pictures.

    ``attested``: the operator says that the truck stands on the deck with all its axles.
    ``card_no``: the card that came with the truck this time.
    """

    visit_id: Id
    weighing_id: Id
    weighing_pass: PassName = Field(alias="pass")
    capture: dict[str, Any]
    controls: list[ControlVerdict]
    attested: bool | None = None
    card_no: Id | None = None


class Witness(Strict):
    """The second person of a typed weight."""

    user_id: Id
    name: Text
    role: Text


class WeighingLeft(Body):
    """What the deck showed from the captured frame until it was empty: (ms, kg or null).

    Points between two that say the same are left out; ``rise_kg`` lasted longer than a swing.
    """

    visit_id: Id
    weighing_id: Id
    empty_after_ms: Annotated[int, Field(ge=0, le=10**9)]
    rise_kg: Kg
    curve: Annotated[list[list[int | None]], Field(max_length=60_000)]
    curve_sha256: Sha256Hex


class WeighingTyped(Body):
    visit_id: Id
    weighing_id: Id
    weighing_pass: PassName = Field(alias="pass")
    kg: Kg
    reason_code: Id
    reason: Text
    witness: Witness
    photographs: Annotated[list[Sha256Hex], Field(min_length=1, max_length=10)]
    controls: list[ControlVerdict]


class WeighingVoided(Body):
    weighing_id: Id
    reason: Text


class StoredTareUsed(Body):
    """``kg`` of the stored tare ``tare_id`` stand for the weighing of the empty truck."""

    visit_id: Id
    weighing_id: Id
    tare_id: Id
    kg: Kg


class PhotographAdded(Body):
    photograph_id: Id
    visit_id: Id
    camera_id: Id
    origin: Literal["CAMERA", "UPLOADED"]
    taken_at: Instant
    sha256: Sha256Hex
    media_type: MediaType


class VisitInspected(Body):
    visit_id: Id
    sealed_vessels_ok: bool
    remark: Annotated[str, Field(max_length=500)] = ""


class GradeDecided(Body):
    """Shares in basis points by grade, together the whole load."""

    visit_id: Id
    grade: Id
    shares: Annotated[dict[Id, BasisPoints], Field(min_length=1, max_length=20)]
    inclusions_bp: BasisPoints = 0
    grade_class: Text | None = None
    form: Text | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class VisitUnloaded(Body):
    visit_id: Id
    place: Text


class DeductionLine(Strict):
    """One deduction as it was entered: kilograms or a share, with its reason and pictures.

    ``multiplier_e2`` belongs to IMPURITY, ``free_bp`` to MOISTURE (``domain.deduction``).
    """

    kind: Literal["KG", "IMPURITY", "PCT", "MOISTURE"]
    kg: Kg | None = None
    bp: BasisPoints | None = None
    multiplier_e2: Annotated[int, Field(ge=0, le=10_000)] | None = None
    free_bp: BasisPoints | None = None
    reason_code: Id
    reason: Annotated[str, Field(max_length=500)] = ""
    photographs: Annotated[list[Id], Field(max_length=6)] = []


class StatedLine(Strict):
    """A part of a split load: of a grade or a material, by kilograms or by its share."""

    grade: Id | None = None
    material: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    kg: Kg | None = None
    bp: BasisPoints | None = None


class TicketIssued(Body):
    """``residual_kg`` stays on a truck whose tare is a stored one; ``lines`` split the load."""

    visit_id: Id
    ticket_no: TicketNo
    rejected_kg: Kg = 0
    rejected_reason: Annotated[str, Field(max_length=500)] = ""
    residual_kg: Kg = 0
    deductions: Annotated[list[DeductionLine], Field(max_length=20)] = []
    lines: Annotated[list[StatedLine], Field(max_length=12)] = []
    issued_at: Instant


class TicketVoided(Body):
    visit_id: Id
    ticket_no: TicketNo
    reason: Text


class TicketPrinted(Body):
    """``code_salt`` and ``code_digest`` are of the seller's code on the print, in hex."""

    ticket_no: TicketNo
    copy_no: Annotated[int, Field(ge=1)]
    paper: Literal["A4", "80MM"]
    code_salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    code_digest: Sha256Hex | None = None


class DeliveryLine(Strict):
    lot_id: Id
    kg: Kg


class DeliveryIssued(Body):
    visit_id: Id
    delivery_id: Id
    delivery_no: PaperNo
    lines: Annotated[list[DeliveryLine], Field(min_length=1, max_length=20)]
    issued_at: Instant


class ReceiptIssued(Body):
    visit_id: Id
    receipt_id: Id
    receipt_no: PaperNo
    rejected_kg: Kg = 0
    rejected_reason: Annotated[str, Field(max_length=500)] = ""
    deductions: Annotated[list[DeductionLine], Field(max_length=20)] = []
    received_at: Instant


class HoldDecided(Body):
    weighing_id: Id
    decision: Literal["RELEASE", "REFUSE", "REWEIGH"]
    reason_code: Id
    reason: Annotated[str, Field(max_length=500)] = ""
    photographs: Annotated[list[Sha256Hex], Field(max_length=10)]


class VisitExited(Body):
    visit_id: Id
    at_gate: Text


class NumberVoided(Body):
    ticket_no: TicketNo
    reason: Text


class YardMarked(Body):
    """A mark beside the visits: an output moved by hand, or unattended weighing switched."""

    subject: Literal["OUTPUTS", "UNATTENDED"]
    record: dict[str, Any]


BODY_OF_KIND = MappingProxyType[str, type[Body]](
    {
        "visit.opened": VisitOpened,
        "radiation.checked": RadiationChecked,
        "visit.called": VisitCalled,
        "weighing.recorded": WeighingRecorded,
        "weighing.left": WeighingLeft,
        "weighing.typed": WeighingTyped,
        "weighing.voided": WeighingVoided,
        "stored_tare.used": StoredTareUsed,
        "photograph.added": PhotographAdded,
        "visit.inspected": VisitInspected,
        "grade.decided": GradeDecided,
        "visit.unloaded": VisitUnloaded,
        "ticket.issued": TicketIssued,
        "ticket.voided": TicketVoided,
        "ticket.printed": TicketPrinted,
        "delivery.issued": DeliveryIssued,
        "receipt.issued": ReceiptIssued,
        "hold.decided": HoldDecided,
        "visit.exited": VisitExited,
        "number.voided": NumberVoided,
        "yard.marked": YardMarked,
    }
)
