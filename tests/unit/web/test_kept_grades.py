"""No address tells an inspector the grade of a load whose photographs he is still to look at."""

import re
from collections.abc import Iterator, Mapping

from flask import Flask

from service.storage import grade as grades
from service.storage.journal import entries_of
from service.usecases.register import set_yard_rules
from tests.support.company import Company
from tests.support.graded_loads import proposed, proposed_load
from tests.support.later import appealed, reviewed
from tests.support.pages import Person, pages_of

GRADE = "BRS502"
KNOWN_TO_ALL = {"/catalogues", "/lots", "/v1/lots", "/v1/stock", "/dashboard", "/openapi.json"}
"""What the base holds, and the lists of all grades, say nothing about one load."""

_PLACE = re.compile(r"<[^<>]*?(\w+)>")


def _addresses(app: Flask, values: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Every address that can be read, with each of the values that fit its places."""
    for rule in app.url_map.iter_rules():
        names = rule.arguments
        if "GET" in (rule.methods or ()) and names <= values.keys() and len(names) <= 1:
            for value in values[next(iter(names))] if names else [""]:
                yield rule.rule, _PLACE.sub(value, rule.rule)


def test_while_reviews_wait_nothing_tells_those_who_may_be_asked(company: Company) -> None:
    truck = company.receive(grade=GRADE)
    appeal = appealed(company, truck)
    with company.deps.db.transaction() as tx:
        hashes = [entry.target_hash.hex() for entry in entries_of(tx, truck.visit.visit_id)]
    values = {
        "visit_id": [truck.visit.visit_id],
        "ticket_no": [truck.ticket.ticket_no],
        "appeal_no": [appeal.appeal_no],
        "target_hash": hashes,
    }
    app = pages_of(company)
    reviewer, said = Person(app, "inspector2"), []
    refusals = set()
    for rule, address in _addresses(app, values):
        answer = reviewer.client.get(address)
        text = answer.text
        if rule.startswith("/reviews/"):  # the choices name every grade
            text = text.replace(GRADE, "", text.count(f'value="{GRADE}"') * 2)
        if rule not in KNOWN_TO_ALL and (GRADE in text or "it was heavier scrap" in text):
            said.append(address)
        if answer.status_code == 409:
            refusals.add(rule)
            assert "blind" in text
    assert said == []
    assert {
        "/visits/<record:visit_id>",
        "/v1/visits/<record:visit_id>/grade-proposal",
        "/tickets/<number:ticket_no>",
        "/t/<number:ticket_no>",
        "/documents/<hash:target_hash>",
    } <= refusals
    assert GRADE in Person(app, "inspector").read(f"/visits/{truck.visit.visit_id}")

    reviewed(company, appeal, company.people["inspector2"].user_id, {"MRS201": 10_000})
    assert GRADE in reviewer.read(f"/tickets/{truck.ticket.ticket_no}")


def test_before_his_label_the_proposal_is_kept_from_an_inspector(company: Company) -> None:
    supervisor = company.people["supervisor"]
    set_yard_rules("BASE01", {"blind_percent": 100}, supervisor, company.deps)
    visit_id = proposed_load(company, "辽EKEPT01", proposed())
    with company.deps.db.transaction() as tx:
        proposal = grades.proposal_of(tx, visit_id)
    assert proposal is not None
    address = f"/documents/{proposal.target_hash.hex()}"
    app = pages_of(company)
    for who in ("inspector", "supervisor"):
        asking = Person(app, who)
        assert asking.client.get(address).status_code == 409
        assert "heavy_mixed" not in asking.client.get(f"/v1/visits/{visit_id}").text
        assert asking.client.get(f"/visits/{visit_id}").status_code == 200
    assert Person(app, "operator").client.get(address).status_code == 200
    label = f"/v1/visits/{visit_id}/bundles"
    assert Person(app, "supervisor").client.get(label).status_code == 409
