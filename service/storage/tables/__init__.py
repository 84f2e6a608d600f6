"""Every table of the service, in the order in which a truck fills them.

Rows are only ever added: the application's role has no UPDATE and no DELETE on them (see
``APPEND_ONLY``). Masses are integer kilograms, money integer fen; hashes are raw 32 bytes.
"""

from service.storage.tables.chain import (
    anchor_attempt,
    anchor_proof,
    batch,
    batch_entry,
    batch_transition,
    chain_task,
    chain_task_attempt,
    chain_task_transition,
    status_proof,
)
from service.storage.tables.columns import metadata
from service.storage.tables.company import (
    idempotency,
    installation,
    instrument,
    organisation,
    price_list,
    site,
)
from service.storage.tables.journal import (
    journal,
)
from service.storage.tables.keys import (
    dns_answer,
    key_epoch,
    promise,
)
from service.storage.tables.later import (
    appeal,
    appeal_decision,
    correction,
    delivery_version,
    lien,
    lien_order,
    payment,
    ticket_version,
)
from service.storage.tables.way import (
    booking,
    carbon_statement,
    delivery,
    delivery_line,
    grade_decision,
    grade_proposal,
    lot,
    photograph,
    plant_receipt,
    series,
    settlement,
    settlement_approval,
    settlement_return,
    ticket,
    visit,
    weighing,
)

__all__ = [
    "APPEND_ONLY",
    "EVIDENCE",
    "anchor_attempt",
    "anchor_proof",
    "appeal",
    "appeal_decision",
    "batch",
    "batch_entry",
    "batch_transition",
    "booking",
    "carbon_statement",
    "chain_task",
    "chain_task_attempt",
    "chain_task_transition",
    "correction",
    "delivery",
    "delivery_line",
    "delivery_version",
    "dns_answer",
    "grade_decision",
    "grade_proposal",
    "idempotency",
    "installation",
    "instrument",
    "journal",
    "key_epoch",
    "lien",
    "lien_order",
    "lot",
    "metadata",
    "organisation",
    "payment",
    "photograph",
    "plant_receipt",
    "price_list",
    "promise",
    "series",
    "settlement",
    "settlement_approval",
    "settlement_return",
    "site",
    "status_proof",
    "ticket",
    "ticket_version",
    "visit",
    "weighing",
]

EVIDENCE = (
    journal,
    weighing,
    photograph,
    grade_proposal,
    grade_decision,
    lot,
    ticket,
    delivery,
    delivery_line,
    plant_receipt,
    carbon_statement,
    settlement,
    settlement_approval,
    correction,
    ticket_version,
    delivery_version,
    appeal,
    appeal_decision,
    payment,
    lien,
    batch,
    batch_entry,
    anchor_attempt,
    batch_transition,
    anchor_proof,
    chain_task,
    chain_task_attempt,
    chain_task_transition,
    status_proof,
    key_epoch,
    promise,
)
"""Tables that ``audit`` rebuilds from the documents and the chain, column by column."""

APPEND_ONLY = tuple(table for table in metadata.sorted_tables if table is not series)
"""Tables on which the application may only insert; the number series alone counts on in place."""
