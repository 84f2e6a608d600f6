"""Which fields each audience must be able to read in each kind of document.

Dotted paths into the unsalted data; an object counts as visible where anything of it is.
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
_EVERYONE = ("id", "kind", "demo", "$template.name", "record")

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
    },
}
_VOID_TICKET = ("record.ticket_no", "record.status", "record.void_reason", "record.issued_at")


def mandatory_paths(audience: str, kind: str, *, is_void: bool) -> tuple[str, ...] | None:
    """Paths that ``audience`` must see in a document of ``kind``, or None without such a policy."""
    kinds = MANDATORY.get(audience, {})
    if kind not in kinds:
        return None
    return _EVERYONE + (_VOID_TICKET if is_void else kinds[kind])
