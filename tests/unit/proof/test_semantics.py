from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from service.proof.document import WrappedDocument, wrap
from service.proof.redaction import redact
from service.proof.verdict import Check
from service.proof.verify import verify
from tests.unit.proof import documents
from tests.unit.proof.documents import fixed_salts
from tests.unit.proof.made_chain import anchored_truck


def linked(data: dict[str, Any], **parents: str) -> dict[str, Any]:
    return {**data, "links": {"parents": parents}}


PASSED = {"field": "tare", "outcome": "PASS", "value": "16140 kg", "limit": "16011–16269 kg"}
MAKERS: dict[str, Callable[[], dict[str, Any]]] = {
    "weighing": lambda: documents.weighing("gross", 48_620),
    "proposal": documents.proposal,
    "decision": documents.decision,
    "ticket": documents.ticket,
    "void": documents.void_ticket,
    "delivery": documents.delivery,
    "receipt": documents.receipt,
    "settlement": documents.settlement,
    "carbon": documents.carbon,
    "payment": lambda: linked(documents.payment(), settlement=documents.DIGEST),
    "lien": lambda: linked(documents.lien(), delivery=documents.DIGEST),
    "appeal": lambda: linked(documents.appeal(), document=documents.DIGEST),
    "correction": lambda: {**documents.correction(), "links": {"supersedes": documents.DIGEST}},
    "key": documents.key_epoch,
    "void-weighing": lambda: {
        **documents.weighing_void(),
        "links": {"supersedes": documents.DIGEST},
    },
    "hold": lambda: linked(documents.hold_decision(), weighing=documents.DIGEST),
    "review": lambda: linked(
        documents.grade_review(), appeal=documents.DIGEST, decision=documents.DIGEST
    ),
    "grade-appeal": lambda: linked(documents.grade_appeal(), document=documents.DIGEST),
    "run": documents.processing_run,
    "take": documents.stock_take,
    "policy": documents.policy,
    "factors": documents.factors,
}
TRUCK = anchored_truck()


def split(first_kg: int, second_kg: int, bp: tuple[int, ...] = ()) -> dict[str, Any]:
    """Lines of a ticket: a grade and a material without a code, by kg or by share."""
    lines: dict[str, Any] = {
        "1": {"grade": "HRS101", "kg": first_kg},
        "2": {"material": "copper", "kg": second_kg},
    }
    for place, share_bp in enumerate(bp, 1):
        lines[str(place)]["bp"] = share_bp
    return lines


def void_values() -> dict[str, Any]:
    return dict(documents.void_ticket()["record"])


def semantics_of(wrapped: WrappedDocument) -> Check:
    raw = TRUCK.parts["ticket"].file(document=wrapped)
    return verify(raw, trust=TRUCK.trust).check("RECORD_SEMANTICS")


def semantics(data: dict[str, Any]) -> tuple[str, int | None]:
    check = semantics_of(wrap(data, fixed_salts("x")))
    return check.status.value, check.reason.code if check.reason else None


def changed(name: str, changes: dict[str, Any]) -> dict[str, Any]:
    data = deepcopy(MAKERS[name]())
    for path, value in changes.items():
        *above, last = path.split(".")
        node = data
        for step in above:
            node = node[step]
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return data


@pytest.mark.parametrize("source", ["SIM", "MANUAL"])
def test_a_weighing_states_what_the_controls_said(source: str) -> None:
    said = {"C7": {**PASSED, "outcome": "HOLD"}, "C16": PASSED}
    stated = changed("weighing", {"record.source": source, "record.controls": said})
    assert semantics(stated) == ("VALID", None)


@pytest.mark.parametrize("name", list(MAKERS))
def test_records_whose_figures_agree_are_valid(name: str) -> None:
    assert semantics(MAKERS[name]()) == ("VALID", None)


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("ticket", {"record.net_kg": 32_481}, 1),
        ("ticket", {"record.accepted_kg": 32_001}, 1),
        ("ticket", {"record.residual_kg": 1}, 1),
        ("ticket", {"record.deducted_kg": 801}, 1),
        ("ticket", {"record.settlement_kg": 31_201}, 1),
        ("ticket", {"record.deduction.bp": 251}, 1),
        ("ticket", {"record.deduction.bp": 20_000}, 1),
        ("ticket", {"record.deduction.bp": ...}, 5),
        ("ticket", {"record.deduction.reason": ...}, 5),
        ("ticket", {"record.tare_kg": 50_000, "record.net_kg": 0}, 1),
        ("ticket", {"record.tare_kg": 48_620, "record.net_kg": 0}, 1),
        ("ticket", {"record.lines": split(16_200, 14_999)}, 1),
        ("ticket", {"record.lines": split(16_200, 15_000, bp=(5_000, 5_000))}, 1),
        ("ticket", {"record.lines": split(15_600, 15_600, bp=(5_000, 4_999))}, 1),
        ("correction", {"record.values.lines": split(16_200, 14_999)}, 1),
        ("ticket", {"record.lines": {"1": {"grade": "HRS101", "kg": 31_200}}}, 5),
        ("delivery", {"record.net_kg": 1}, 1),
        ("delivery", {"record.lines.2.kg": 12_481}, 1),
        ("receipt", {"record.settlement_kg": 1}, 1),
        ("receipt", {"record.base.net_kg": 32_481}, 1),
        ("receipt", {"record.difference_kg": 40}, 1),
        ("receipt", {"record.limit_kg": 97}, 1),
        ("receipt", {"record.alarm": True}, 1),
        ("receipt", {"record.e_kg": 0}, 1),
        ("settlement", {"record.settlement_kg": 32_321}, 1),
        ("settlement", {"record.lines.1.amount_fen": 7_300_386}, 3),
        ("settlement", {"record.rounding": "HALF_EVEN", "record.lines.1.kg": 20_500}, 3),
        ("settlement", {"record.gross_fen": 9_511_647}, 3),
        ("settlement", {"record.net_fen": 8_417_387}, 3),
        ("settlement", {"record.tax_fen": 1_094_261}, 3),
        ("settlement", {"record.tax_inclusive": False}, 3),
        ("settlement", {"record.payable_fen": 9_000_001}, 3),
        ("settlement", {"record.receivable_fen": 1}, 3),
        ("settlement", {"record.offset_fen": 0}, 3),
        ("decision", {"record.shares.HRS101": 6001}, 5),
        ("proposal", {"record.classes.heavy": 7001}, 5),
        ("carbon", {"record.settlement_kg": 32_321}, 2),
        ("carbon", {"record.carried_kg": 32_441}, 2),
        ("carbon", {"record.avoided_net_tco2e": "48"}, 2),
        ("carbon", {"record.coal_saved_tce": "11.3121"}, 2),
        ("carbon", {"record.avoided.factor_tco2e_per_t": "1.60"}, 2),
        ("carbon", {"record.method": "M1"}, 2),
        ("carbon", {"record.settlement_kg": 0}, 2),
        ("carbon", {"record.legs.outbound.factor_id": "TRK-XX"}, 2),
        ("carbon", {"record.processing.grid.region": "南极"}, 2),
        ("carbon", {"record.outbound_tco2e": ...}, 5),
        ("carbon", {"record.legs.inbound": documents.carbon()["record"]["legs"]["outbound"]}, 5),
        ("carbon", {"record.legs.outbound.mass_kg": 32_320}, 2),
        ("weighing", {"record.kg": "48620"}, 5),
        ("weighing", {"record.source": "HEARSAY"}, 5),
        ("weighing", {"record.extra": 1}, 5),
        ("weighing", {"record.controls": {}}, 5),
        ("weighing", {"record.controls": {"C21": PASSED}}, 5),
        ("weighing", {"record.controls": {"C7": {**PASSED, "outcome": "BLOCK"}}}, 5),
        ("weighing", {"record.source": "MANUAL"}, 5),
        ("weighing", {"record.source": "MANUAL", "record.controls": {"C7": PASSED}}, 5),
        ("weighing", {"demo": "yes"}, 5),
        ("weighing", {"record": ...}, 5),
        ("void", {"record.net_kg": 1}, 5),
        ("ticket", {"record.status": "lost"}, 5),
        ("payment", {"record.amount_fen": 0}, 5),
        ("payment", {"links": ...}, 5),
        ("weighing", {"record.pass": "axle"}, 5),
        ("weighing", {"record.controls": {"C7": {**PASSED, "outcome": "MAYBE"}}}, 5),
        ("weighing", {"record.typed": {"reason": "the line is dead"}}, 5),
        ("weighing", {"record.stored_tare": {"tare_id": "t"}}, 5),
        ("void-weighing", {"record.reason": ""}, 5),
        ("void-weighing", {"links": ...}, 5),
        ("hold", {"record.decided_by": "operator-1"}, 5),
        ("hold", {"record.controls.C7.outcome": "FLAG"}, 5),
        ("hold", {"record.decision": "FORGET"}, 5),
        ("hold", {"links": ...}, 5),
        ("run", {"record.loss_kg": 999}, 1),
        ("run", {"record.output_kg": 19_001, "record.loss_kg": 999}, 1),
        ("run", {"record.input_kg": 20_001, "record.loss_kg": 1_001}, 1),
        ("run", {"record.loss_kg": -1}, 5),
        ("run", {"record.meters.1.after": "1812.55"}, 5),
        ("run", {"record.inputs.1.kg": 0}, 5),
        ("run", {"record.process": "MELTING"}, 5),
        ("take", {"record.difference_kg": 320}, 1),
        ("take", {"record.reason": ...}, 5),
        ("take", {"record.counted_kg": -1}, 5),
        ("lien", {"record.released_bp": 1}, 5),
        ("lien", {"record.expires_at": ...}, 5),
        ("lien", {"record.state": "released"}, 5),
        ("lien", {"record.state": "financed", "record.released_bp": 10_000}, 5),
        ("lien", {"record.released_bp": 10_001}, 5),
        ("lien", {"record.financier": documents.FINANCIER.lower()}, 5),
        ("lien", {"record.contract": documents.LIEN_REGISTRY.lower()}, 5),
        ("lien", {"record.purpose": "avoided-emissions"}, 5),
        ("appeal", {"record.state": "raised"}, 5),
        ("appeal", {"record.answer": ...}, 5),
        ("appeal", {"links.parents": {"other": documents.DIGEST}}, 5),
        ("grade-appeal", {"record.difference.difference_fen": 56_159}, 3),
        ("grade-appeal", {"record.difference.shares_after.HRS101": 6001}, 3),
        ("grade-appeal", {"record.difference.prices_fen_per_t.HRS101": ...}, 5),
        ("grade-appeal", {"record.reason_code": "BECAUSE"}, 5),
        ("review", {"record.shares.HRS101": 3001}, 5),
        ("review", {"record.place": 1}, 5),
        ("review", {"links.parents": {"appeal": documents.DIGEST}}, 5),
        ("correction", {"record.values.net_kg": 32_481}, 1),
        ("correction", {"record.values.net_kg": ...}, 5),
        ("correction", {"record.values.extra": 1}, 5),
        ("correction", {"record.corrects": "delivery"}, 5),
        ("correction", {"record.corrects": "correction"}, 5),
        ("correction", {"links": ...}, 5),
        ("key", {"record.address": documents.REGISTRY}, 5),
        ("key", {"record.address": documents.PROMISE_ADDRESS.lower()}, 5),
        ("key", {"record.valid_to": "2025-12-31T00:00:00Z"}, 5),
        ("key", {"record.public_key": "0x02" + "11" * 64}, 5),
        ("policy", {"record.audiences.bank.ticket.0": "record.grade"}, 5),
        ("factors", {"record.sha256": documents.DIGEST}, 5),
    ],
)
def test_a_figure_that_does_not_follow_is_found(
    name: str, changes: dict[str, Any], code: int
) -> None:
    assert semantics(changed(name, changes)) == ("INVALID", code)


@pytest.mark.parametrize("changes", [{"id": "FS-1999-1"}, {"sha256": "00" * 32}])
def test_a_factor_set_that_nobody_knows_cannot_be_told(changes: dict[str, str]) -> None:
    paths = {f"record.factor_set.{name}": value for name, value in changes.items()}
    assert semantics(changed("carbon", paths)) == ("ERROR", 6)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("lien", {"record.state": "released", "record.released_bp": 10_000}),
        ("lien", {"record.state": "financed", "record.released_bp": 5_000}),
        ("lien", {"record.state": "cancelled", "record.expires_at": ...}),
        ("appeal", {f"record.{name}": ... for name in ("answer", "decided_at", "decided_by")}),
        ("grade-appeal", {"record.state": "withdrawn", "record.difference": ...}),
        ("key", {"record.public_key": ...}),
        ("key", {"record.valid_to": "2026-01-01T00:00:00Z"}),
        ("policy", {"record.policy_id": "another", "record.audiences.bank.ticket.0": "id"}),
        ("correction", {"record.values": void_values()}),
    ],
)
def test_states_and_names_that_other_rules_hold_for(name: str, changes: dict[str, Any]) -> None:
    if name == "appeal":
        changes = {**changes, "record.state": "raised"}
    assert semantics(changed(name, changes)) == ("VALID", None)


def test_a_factor_set_document_of_an_unknown_name_cannot_be_told() -> None:
    assert semantics(changed("factors", {"record.factor_set_id": "FS-1999-1"})) == ("ERROR", 6)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("lien", "record.released_bp"),
        ("appeal", "record.state"),
        ("appeal", "record.answer"),
        ("correction", "record.values"),
        ("correction", "record.corrects"),
        ("correction", "record.values.tare_kg"),
        ("key", "record.address"),
        ("policy", "record.audiences.bank.ticket"),
        ("factors", "record.sha256"),
        ("ticket", "record"),
        ("ticket", "record.tare_kg"),
        ("delivery", "record.lines"),
        ("receipt", "record.base"),
        ("settlement", "record.offset_fen"),
        ("carbon", "record.factor_set"),
        ("carbon", "record.burden_tco2e"),
        ("ticket", "record.deduction.bp"),
        ("ticket", "record.deduction.reason"),
        ("receipt", "record.deduction.kg"),
        ("decision", "record.shares.HRS101"),
        ("proposal", "record.classes.heavy"),
        ("delivery", "record.lines.1"),
        ("settlement", "record.lines.1"),
        ("grade-appeal", "record.difference.prices_fen_per_t.HRS101"),
        ("grade-appeal", "record.difference.shares_after.HRS101"),
    ],
)
def test_hidden_figures_are_not_recomputed(name: str, path: str) -> None:
    wrapped = redact(wrap(MAKERS[name](), fixed_salts("x")), [path])
    check = semantics_of(wrapped)
    assert check.status.value == "SKIPPED"


def test_a_void_ticket_stays_one_when_its_status_is_hidden() -> None:
    wrapped = redact(wrap(documents.void_ticket(), fixed_salts("x")), ["record.status"])
    assert semantics_of(wrapped).status.value == "VALID"


def test_nothing_deducted_needs_no_reason() -> None:
    figures = {"deduction": {"kind": "NONE"}, "deducted_kg": 0, "settlement_kg": 32_000}
    paths = {f"record.{name}": value for name, value in figures.items()}
    assert semantics(changed("ticket", paths)) == ("VALID", None)


SEVERAL = {
    "1": {"kind": "KG", "kg": 200, "reason_code": "SOIL", "photographs": {"1": "p-1"}},
    "2": {"kind": "IMPURITY", "kg": 50, "multiplier_e2": 200, "reason_code": "DOUBLE"},
    "3": {
        "kind": "MOISTURE",
        "bp": 215,
        "free_bp": 200,
        "reason_code": "OTHER",
        "reason": "rain",
    },
}
SEVERAL_DEDUCTED_KG = 200 + 100 + 48


def several(**changes: object) -> dict[str, Any]:
    """The ticket with deductions by place; ``changes`` are dotted paths with ``__``."""
    paths: dict[str, object] = {
        "record.deduction": deepcopy(SEVERAL),
        "record.deducted_kg": SEVERAL_DEDUCTED_KG,
        "record.settlement_kg": 32_000 - SEVERAL_DEDUCTED_KG,
    }
    changed_paths = {f"record.{name.replace('__', '.')}": value for name, value in changes.items()}
    return changed("ticket", paths | changed_paths)


def test_several_deductions_are_each_reckoned_from_the_accepted_mass() -> None:
    assert semantics(several()) == ("VALID", None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deduction__1__kg": 201}, 1),
        ({"deduction__2__multiplier_e2": 300}, 1),
        ({"deduction__2__multiplier_e2": 20_000}, 1),
        ({"deduction__3__free_bp": 100}, 1),
        ({"deduction__3__reason": ...}, 5),
        ({"deduction__1": {"kind": "PCT", "bp": 1, "reason_code": "OIL"}}, 1),
        ({"deduction__1__kg": 0}, 1),
        ({"deduction__1__kg": ...}, 5),
        ({"deduction__1__reason_code": "MOOD"}, 5),
        ({"deduction__1__magic": 1}, 5),
        ({"deduction": {**deepcopy(SEVERAL), "kind": "KG", "kg": 348, "reason": "soil"}}, 5),
        ({"deduction": {str(n): SEVERAL["1"] for n in range(1, 14)}}, 1),
    ],
)
def test_several_deductions_that_do_not_add_up_are_invalid(
    changes: dict[str, object], code: int
) -> None:
    assert semantics(several(**changes)) == ("INVALID", code)


def test_a_hidden_deduction_makes_the_others_say_nothing() -> None:
    for path in ("record.deduction.1", "record.deduction.1.kg"):
        wrapped = redact(wrap(several(), fixed_salts("x")), [path])
        assert semantics_of(wrapped).status.value == "SKIPPED"


def test_hiding_one_figure_hides_no_mistake_in_another() -> None:
    wrong = wrap(changed("ticket", {"record.net_kg": 1}), fixed_salts("x"))
    assert semantics_of(redact(wrong, ["record.deduction"])).status.value == "INVALID"


def test_an_engine_that_abstained_states_no_classes() -> None:
    assert semantics(changed("proposal", {"record.classes": ...})) == ("VALID", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"$template.name": "SCRAP_WEIGHING"},
        {"$template": "text"},
        {"kind": "rumour", "$template.name": "FERROTRACE_RUMOUR_V1"},
        {"kind": 5},
        {"kind": ...},
    ],
)
def test_foreign_documents_are_skipped(changes: dict[str, Any]) -> None:
    assert semantics(changed("ticket", changes)) == ("SKIPPED", 4)


def test_a_record_that_is_no_object_is_refused() -> None:
    assert semantics(changed("ticket", {"record": "text"})) == ("INVALID", 5)


def test_links_that_are_no_object_name_no_parents() -> None:
    data = {**documents.ticket(), "links": "x"}
    raw = TRUCK.parts["ticket"].file(document=wrap(data, fixed_salts("x")))
    assert verify(raw).check("LINEAGE").status.value == "SKIPPED"


LINES = {
    "1": {"kind": "KG", "kg": 100, "reason_code": "SOIL"},
    "2": {"kind": "PCT", "bp": 100, "reason_code": "OIL"},
}


def test_a_plant_receipt_states_several_deductions_as_a_ticket_does() -> None:
    masses = {"record.deducted_kg": 424, "record.settlement_kg": 32_016}
    assert semantics(changed("receipt", {"record.deduction": LINES, **masses})) == ("VALID", None)
    wrong = {**masses, "record.settlement_kg": 32_017}
    assert semantics(changed("receipt", {"record.deduction": LINES, **wrong})) == ("INVALID", 1)
    both = {"kind": "KG", "kg": 120, "reason": "soil", **LINES}
    assert semantics(changed("receipt", {"record.deduction": both})) == ("INVALID", 5)


def test_the_lines_of_a_split_load_are_the_settlement_mass() -> None:
    for lines in (split(16_200, 15_000), split(15_600, 15_600, bp=(5_000, 5_000))):
        assert semantics(changed("ticket", {"record.lines": lines})) == ("VALID", None)


def test_a_hidden_line_says_nothing_of_the_others() -> None:
    ticket = wrap(changed("ticket", {"record.lines": split(16_200, 15_000)}), fixed_salts("x"))
    check = semantics_of(redact(ticket, ["record.lines.2.kg"]))
    assert check.status.value == "SKIPPED"
