"""Which fields each audience must be able to read in each kind of document.

Dotted paths into the unsalted data; an object counts as visible where anything of it is. A
``policy`` document puts the same on record, so that nobody can change it unseen.
"""

from collections.abc import Mapping

_MASSES = ("record.gross_kg", "record.tare_kg", "record.net_kg")
_SETTLED = (
    *_MASSES,
    "record.rejected_kg",
    "record.accepted_kg",
    "record.deduction",
    "record.deducted_kg",
    "record.settlement_kg",
)
POLICY_ID = "disclosure-3"
CORRECTION = "correction"

_EVERYONE = ("id", "kind", "demo", "$template.name", "record")
_PAID = ("record.payment_id", "record.settlement_no", "record.amount_fen", "record.paid_on")
_CORRECTED = ("record.corrects", "record.reason", "record.corrected_at", "links.supersedes")
_APPEALED = ("record.appeals", "record.subject_id", "record.ground", "record.state")
_REVIEW: Mapping[str, tuple[str, ...]] = {
    "grade-review": (
        *("record.appeal_id", "record.visit_id", "record.place", "record.grade"),
        *("record.grade_standard", "record.shares", "record.reviewed_at"),
    )
}
_STOCK: Mapping[str, tuple[str, ...]] = {
    "processing-run": (
        *("record.run_no", "record.process", "record.inputs", "record.outputs"),
        *("record.input_kg", "record.output_kg", "record.loss_kg"),
    ),
    "stock-take": ("record.take_no", "record.lot_id", "record.counted_kg", "record.difference_kg"),
}
_VOID_WEIGHING: Mapping[str, tuple[str, ...]] = {
    "weighing-void": ("record.weighing_id", "record.kg", "record.reason", "links.supersedes")
}
_HOLD: Mapping[str, tuple[str, ...]] = {
    "hold-decision": (
        *("record.weighing_id", "record.kg", "record.controls", "record.decision"),
        *("record.reason_code", "record.decided_as", "record.decided_at", "links.parents"),
    )
}
_STOPPED: Mapping[str, tuple[str, ...]] = {
    "hazard-release": (
        *("record.cause", "record.reason", "record.stopped_at", "record.released_at"),
        "record.signatures",
    )
}
_CONTROL: Mapping[str, tuple[str, ...]] = {
    "key-epoch": ("record.key_id", "record.purpose", "record.address", "record.valid_from"),
    "policy": ("record.policy_id", "record.audiences"),
    "factor-set": ("record.factor_set_id", "record.sha256"),
}

MANDATORY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "plant": {
        "weighing": ("record.pass", "record.kg", "record.instrument", "record.taken_at"),
        "grade-proposal": ("record.decision", "record.model"),
        "grade-decision": ("record.grade", "record.grade_standard", "record.shares"),
        "ticket": (*_SETTLED, "record.ticket_no", "record.grade", "record.issued_at"),
        "delivery": (*_MASSES, "record.delivery_no", "record.waybill_no", "record.lines"),
        "plant-receipt": (*_SETTLED, "record.receipt_no", "record.base", "record.alarm"),
        "settlement": ("record.settlement_no", "record.lines", "record.gross_fen"),
        "carbon-statement": ("record.factor_set", "record.avoided", "record.avoided_net_tco2e"),
        "payment": (*_PAID, "record.bank_reference"),
        "lien": ("record.lien_id", "record.lien_key", "record.state", "record.released_bp"),
        CORRECTION: _CORRECTED,
        "appeal": (*_APPEALED, "record.statement"),
        **_REVIEW,
        **_VOID_WEIGHING,
        **_HOLD,
        **_STOPPED,
        **_STOCK,
        **_CONTROL,
    },
    "bank": {
        "weighing": ("record.pass", "record.kg", "record.source", "record.taken_at"),
        "grade-proposal": ("record.decision",),
        "grade-decision": ("record.grade", "record.grade_standard"),
        "ticket": (*_SETTLED, "record.ticket_no", "record.grade"),
        "delivery": (*_MASSES, "record.delivery_no", "record.lines", "record.delivery_secret"),
        "plant-receipt": (*_SETTLED, "record.receipt_no", "record.alarm"),
        "settlement": (
            "record.settlement_no",
            "record.delivery_id",
            "record.seller_id",
            "record.buyer_id",
            "record.lines",
            "record.gross_fen",
            "record.net_fen",
            "record.tax_fen",
            "record.payable_fen",
            "record.approved_by",
        ),
        "carbon-statement": ("record.factor_set", "record.avoided_net_tco2e"),
        "payment": (*_PAID, "record.bank_id", "record.bank_reference", "record.state"),
        "lien": (
            "record.lien_id",
            "record.lien_key",
            "record.purpose",
            "record.delivery_id",
            "record.delivery_secret",
            "record.financier",
            "record.cap_fen",
            "record.state",
            "record.released_bp",
            "record.contract",
            "record.chain_id",
        ),
        CORRECTION: _CORRECTED,
        "appeal": _APPEALED,
        **_REVIEW,
        **_VOID_WEIGHING,
        **_HOLD,
        **_STOPPED,
        **_STOCK,
        **_CONTROL,
    },
}
_VOID_TICKET = ("record.ticket_no", "record.status", "record.void_reason", "record.issued_at")


def mandatory_paths(
    audience: str, kind: str, *, is_void: bool, corrects: str = ""
) -> tuple[str, ...] | None:
    """Paths that ``audience`` must see in a document of ``kind``, or None without such a policy.

    A correction shows, among its ``values``, what the kind that it ``corrects`` must show.
    """
    kinds = MANDATORY.get(audience, {})
    if kind not in kinds:
        return None
    if kind == CORRECTION:
        values = _VOID_TICKET if is_void else kinds.get(corrects, ())
        return (*_EVERYONE, *kinds[kind], *(_in_values(path) for path in values))
    return _EVERYONE + (_VOID_TICKET if is_void else kinds[kind])


def policy_audiences() -> dict[str, dict[str, dict[str, str]]]:
    """``MANDATORY`` as a ``policy`` document states it: each list an object by its index."""
    return {
        audience: {
            kind: {str(place): path for place, path in enumerate(paths)}
            for kind, paths in kinds.items()
        }
        for audience, kinds in MANDATORY.items()
    }


def _in_values(path: str) -> str:
    return path.replace("record.", "record.values.", 1)
