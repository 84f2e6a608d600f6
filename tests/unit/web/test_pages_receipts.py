"""Receipts on the pages: on the visit, in the code of the prints, and for whoever scans it."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest
import segno
from flask import Flask

from service.devices.codes import decode_codes
from service.proof.promise import promise_digest, read_promises
from service.proof.signature import recover_address
from service.storage import views
from service.usecases.key_epoch import epochs, state_site_keys
from service.usecases.promise import ask_again
from tests.support.company import START, Company, Truck
from tests.support.pages import Person, pages_of, text_of

CODE = re.compile(r'<svg[^>]*viewBox="0 0 (\d+) \1"[^>]*class="qr"[^>]*>.*?</svg>', re.DOTALL)
MODULE_PX = 4


@pytest.fixture
def signed(company: Company) -> Truck:
    state_site_keys(company.deps)
    return company.receive()


def rendered(svg: str) -> bytes:
    """The drawing as a printer sets it, black on white, as PNG."""
    size = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    picture = np.full((size, size), 255, np.uint8)
    x, y = 0.0, 0.0
    for verb, numbers in re.findall(r"([Mmh])([^Mmh]*)", re.findall(r' d="([^"]+)"', svg)[0]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if verb == "M":
            x, y = values
        elif verb == "m":
            x, y = x + values[0], y + values[1]
        else:
            picture[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
    large = cv2.resize(picture, None, fx=MODULE_PX, fy=MODULE_PX, interpolation=cv2.INTER_NEAREST)
    return bytes(cv2.imencode(".png", large)[1])


def printed_text(page: str) -> str:
    found = CODE.search(page)
    assert found is not None
    (code,) = decode_codes(rendered(found[0]))
    return code.text


@pytest.mark.parametrize("paper", ["a4", "80mm"])
def test_the_printed_code_carries_three_promises_that_the_site_signed(
    company: Company, signed: Truck, paper: str
) -> None:
    app = pages_of(company)
    page = Person(app, "operator").get(f"/tickets/{signed.ticket.ticket_no}?paper={paper}")
    text = printed_text(page.text)
    address, _, fragment = text.partition("#")
    assert address == f"{company.deps.public_url}/t/{signed.ticket.ticket_no}"
    promises = read_promises(fragment)
    assert [promise.target_hash for promise in promises] == [
        signed.gross.target_hash,
        signed.tare.target_hash,
        signed.ticket.target_hash,
    ]
    key = next(row for row in epochs(company.deps) if row.site_id == "BASE01")
    for promise in promises:
        digest = promise_digest(promise, 1337, bytes(20))
        assert recover_address(digest, promise.signature) == key.address
        assert promise.include_by - promise.recorded_at == company.deps.merge_delay_s


def test_the_code_corrects_as_much_damage_as_level_m_does(company: Company, signed: Truck) -> None:
    page = Person(pages_of(company), "operator").get(f"/tickets/{signed.ticket.ticket_no}")
    found = CODE.search(page.text)
    assert found is not None
    made = segno.make(printed_text(page.text), error="m", micro=False)
    assert made.error in {"M", "Q", "H"}
    assert int(found[1]) == made.symbol_size(border=2)[0]


def test_a_ticket_without_signed_receipts_has_the_plain_code(company: Company) -> None:
    truck = company.receive()
    page = Person(pages_of(company), "operator").get(f"/tickets/{truck.ticket.ticket_no}")
    assert printed_text(page.text) == f"{company.deps.public_url}/t/{truck.ticket.ticket_no}"
    assert text_of(page.text).count("receipt pending") == 3


def test_the_visit_says_when_each_weight_was_stored_and_that_its_receipt_is_signed(
    company: Company, signed: Truck
) -> None:
    page = Person(pages_of(company), "operator").get(f"/visits/{signed.visit.visit_id}")
    assert text_of(page.text).count("receipt signed") == 2


def public_page(app: Flask, truck: Truck) -> str:
    return str(app.test_client().get(f"/t/{truck.ticket.ticket_no}?lang=en").text)


def test_whoever_scans_the_code_reads_what_was_promised_and_how_to_check_it(
    company: Company, signed: Truck
) -> None:
    page = public_page(pages_of(company), signed)
    (link,) = re.findall(r'data-keep-fragment href="([^"]+)"', page)
    address, _, fragment = html.unescape(link).partition("#")
    assert address == "/verify"
    assert len(read_promises(fragment)) == 3


def test_a_promise_is_waiting_then_broken_where_the_record_stays_without_it(
    company: Company, signed: Truck
) -> None:
    with company.deps.db.transaction() as tx:
        shown = views.promise(tx, signed.gross.target_hash)
    assert shown is not None
    assert shown.include_by is not None
    assert shown.fulfilment(shown.include_by) == "waiting"
    assert shown.fulfilment(shown.include_by + timedelta(seconds=1)) == "broken"
    in_time = replace(shown, anchored_at=shown.include_by)
    assert in_time.fulfilment(shown.include_by + timedelta(days=1)) == "kept"
    late = replace(shown, anchored_at=shown.include_by + timedelta(seconds=1))
    assert late.fulfilment(shown.include_by) == "late"


def test_a_missed_receipt_is_said_on_every_page(company: Company) -> None:
    state_site_keys(company.deps)
    company.scales["BASE01"].signs = False
    truck = company.receive()
    ask_again(replace(company.deps, now=lambda: START + timedelta(days=1)))
    app = pages_of(company)
    page = Person(app, "operator").get(f"/visits/{truck.visit.visit_id}")
    assert text_of(page.text).count("no receipt") == 2
    alarms = Person(app, "supervisor").get("/alarms")
    assert text_of(alarms.text).count("Nobody signed the receipt") == 3
    with company.deps.db.transaction() as tx:
        shown = views.promise_of_ticket(tx, truck.ticket.ticket_no)
        assert views.promise(tx, bytes(32)) is None
        assert views.promise_of_ticket(tx, "BASE01-S1-26-999999") is None
    assert shown is not None
    assert (shown.state, shown.text) == ("missed", None)
