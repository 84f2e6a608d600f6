"""Bad input: every refusal names field, value and limit, and leaves nothing half written."""

import io
import struct
import uuid
import zlib
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.integration.api.company import Company
from tests.support.pictures import truck_jpeg

ARRIVAL = {
    "site_id": "BASE01",
    "kind": "RECEIVING",
    "plate": "辽E12345",
    "supplier_id": "SUPPLIER-A",
}


def raw(
    ferro: Company, path: str, body: bytes, media_type: str = "application/json"
) -> TestResponse:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    operator = ferro.client("operator")
    return operator.post(path, data=body, content_type=media_type, headers=headers)


def refused(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem: dict[str, Any] = answer.get_json()
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert problem["status"] == status
    assert problem["type"].startswith("https://ferrotrace.example/problems/")
    return problem


def rows(ferro: Company) -> int:
    """How much is written: visits, weighings, photographs, tickets, documents and answers."""
    tables = ("visit", "weighing", "photograph", "ticket", "journal", "idempotency", "booking")
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608
    with ferro.deps.db.transaction() as tx:
        return int(tx.execute(text(f"SELECT {counts}")).scalar_one())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"site_id": "BASE01",}',
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b'{"a": NaN',
        b"[" * 100_000,
        b'{"plate": "\\ud800"}',
    ],
)
def test_what_is_no_json_is_refused_with_400(body: bytes, refusing: Company) -> None:
    before = rows(refusing)
    refused(raw(refusing, "/v1/visits", body), 400)
    assert rows(refusing) == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"site_id": 1}, "#/site_id"),
        ({"site_id": "base01"}, "#/site_id"),
        ({"site_id": "BASE01\n"}, "#/site_id"),
        ({"kind": "PARKING"}, "#/kind"),
        ({"kind": None}, "#/kind"),
        ({"plate": ""}, "#/plate"),
        ({"plate": "辽E\u0000345"}, "#/plate"),
        ({"plate": "辽E12\u202e345"}, "#/plate"),
        ({"plate": "x" * 17}, "#/plate"),
        ({"plate": ["辽E12345"]}, "#/plate"),
        ({"code": "二维码"}, "#/code"),
        ({"supplier_id": "a/b"}, "#/supplier_id"),
        ({"supplier_id": {"$ne": ""}}, "#/supplier_id"),
        ({"distance_km": 12}, "#/distance_km"),
        ({"distance_km": "-1"}, "#/distance_km"),
        ({"distance_km": "1e5"}, "#/distance_km"),
        ({"distance_km": "٣"}, "#/distance_km"),
        ({"colour": "blue"}, "#/colour"),
        ({"a/b~c": 1}, "#/a~1b~0c"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_place(
    change: dict[str, Any], pointer: str, refusing: Company
) -> None:
    before = rows(refusing)
    problem = refused(refusing.post("operator", "/v1/visits", ARRIVAL | change), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert problem["errors"][0]["detail"]
    assert rows(refusing) == before


def test_every_wrong_field_is_named_at_once(refusing: Company) -> None:
    problem = refused(refusing.post("operator", "/v1/visits", {"plate": 1, "colour": "blue"}), 422)
    pointers = {error["pointer"] for error in problem["errors"]}
    assert pointers == {"#/site_id", "#/kind", "#/plate", "#/colour"}


def test_a_rule_of_the_domain_names_field_value_and_limit(refusing: Company) -> None:
    body = ARRIVAL | {"plate": "!!", "supplier_id": "SUPPLIER-A"}
    error = refused(refusing.post("operator", "/v1/visits", body), 422)["errors"][0]
    assert (error["pointer"], error["value"], error["limit"]) == ("#/plate", "!!", "辽E12345")


@pytest.mark.parametrize(
    ("masses", "pointer"),
    [
        ({"rejected_kg": -1}, "#/rejected_kg"),
        ({"rejected_kg": 1_000_001}, "#/rejected_kg"),
        ({"rejected_kg": 10**400}, "#/rejected_kg"),
        ({"rejected_kg": 0.5}, "#/rejected_kg"),
        ({"rejected_kg": "10"}, "#/rejected_kg"),
        ({"rejected_kg": True}, "#/rejected_kg"),
        ({"deduction": {"kind": "PCT", "bp": 10_001, "reason": "rust"}}, "#/deduction/bp"),
        ({"deduction": {"kind": "MAGIC"}}, "#/deduction/kind"),
    ],
)
def test_masses_that_cannot_be_are_refused(
    masses: dict[str, Any], pointer: str, ferro: Company
) -> None:
    visit = ferro.created("operator", "/v1/visits", ARRIVAL)
    path = f"/v1/visits/{visit['visit_id']}/tickets"
    problem = refused(ferro.post("operator", path, masses), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_an_integer_may_be_written_with_a_zero_behind_the_point(ferro: Company) -> None:
    visit = ferro.created("operator", "/v1/visits", ARRIVAL)
    path = f"/v1/visits/{visit['visit_id']}/tickets"
    answer = raw(ferro, path, b'{"rejected_kg": 20.0}')
    assert answer.status_code == 409, answer.text  # nothing was weighed yet: the mass was read


def test_a_tare_above_the_gross_is_refused_and_leaves_nothing(ferro: Company) -> None:
    visit = ferro.created("operator", "/v1/visits", ARRIVAL)
    ferro.weigh("operator", visit, "gross", 16_000)
    before = rows(ferro)
    ferro.scale("BASE01").kg = 48_000
    body = {"weighing_pass": "tare", "capture_id": str(uuid.uuid4())}
    answer = ferro.post("operator", f"/v1/visits/{visit['visit_id']}/weighings", body)
    if answer.status_code == 201:  # the weighing is a fact; the ticket refuses what it means
        decision = {"grade": "HRS101", "shares": {"HRS101": 10_000}}
        ferro.post("inspector", f"/v1/visits/{visit['visit_id']}/grade-decisions", decision)
        answer = ferro.post("operator", f"/v1/visits/{visit['visit_id']}/tickets", {})
    else:
        assert rows(ferro) == before
    assert answer.status_code in {409, 422}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"this is no picture", "image/jpeg"),
        (b"", "image/png"),
        (truck_jpeg(), "image/png"),
    ],
    ids=["text", "nothing", "another kind"],
)
def test_an_image_that_is_none_is_refused(content: bytes, media_type: str, ferro: Company) -> None:
    visit = ferro.created("operator", "/v1/visits", ARRIVAL)
    before = rows(ferro)
    answer = raw(ferro, f"/v1/visits/{visit['visit_id']}/photographs", content, media_type)
    refused(answer, 422)
    assert rows(ferro) == before


def test_a_decompression_bomb_is_refused(ferro: Company) -> None:
    visit = ferro.created("operator", "/v1/visits", ARRIVAL)
    answer = raw(ferro, f"/v1/visits/{visit['visit_id']}/photographs", _bomb(), "image/png")
    refused(answer, 422)


def _bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it is 30,000 by 30,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1_000_000, 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_photograph_may_come_as_a_form_and_its_repetition_is_known(ferro: Company) -> None:
    visit = ferro.created("operator", "/v1/visits", ARRIVAL)
    path = f"/v1/visits/{visit['visit_id']}/photographs"
    picture = truck_jpeg()
    answers = [
        ferro.client("operator").post(
            path,
            data={"photograph": (io.BytesIO(picture), "load.jpg", "image/jpeg")},
            headers={"Idempotency-Key": "k-1"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    missing = ferro.client("operator").post(
        path,
        data={"other": "x"},
        headers={"Idempotency-Key": "k-2"},
        content_type="multipart/form-data",
    )
    refused(missing, 400)


def test_a_body_of_another_kind_is_refused_with_415(refusing: Company) -> None:
    problem = refused(raw(refusing, "/v1/visits", b"<visit/>", "text/xml"), 415)
    assert "application/json" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "limit"), [("/v1/visits", 16_777_216), ("/v1/verifications", 1_048_576)]
)
def test_a_huge_body_is_refused_with_413(path: str, limit: int, refusing: Company) -> None:
    problem = refused(raw(refusing, path, b" " * (limit + 1)), 413)
    assert str(limit) in problem["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/visits/not-an-id",
        "/v1/visits/00000000-0000-0000-0000-00000000000A",
        "/v1/visits/00000000-0000-0000-0000-000000000000%0A",
        "/v1/tickets/%00",
        "/v1/tickets/BASE01-S1-26-999999",
        "/v1/documents/" + "0" * 64,
        "/v1/documents/" + "Z" * 64,
        "/v1/%F0%9F%92%A3",
        "/v1/visits/../../etc/passwd",
    ],
)
def test_an_address_that_leads_nowhere_is_answered_with_404(path: str, refusing: Company) -> None:
    refused(refusing.client("supervisor").get(path), 404)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=ten",
        "limit=1_0",
        "limit=٣",
        "before=yesterday",
        "before=1",
        "open_only=perhaps",
        "site_id=base",
        "colour=blue",
    ],
)
def test_a_query_that_is_wrong_is_refused_and_its_parameter_named(
    query: str, refusing: Company
) -> None:
    problem = refused(refusing.client("operator").get(f"/v1/visits?{query}"), 422)
    assert problem["errors"][0]["parameter"] == query.split("=", maxsplit=1)[0]


def test_a_search_for_a_zero_byte_is_refused(refusing: Company) -> None:
    refused(refusing.client("operator").get("/v1/search?q=%00"), 422)


def test_a_method_that_is_not_taken_is_refused_and_the_taken_ones_are_named(
    refusing: Company,
) -> None:
    answer = refusing.client("operator").delete("/v1/visits")
    assert "POST" in refused(answer, 405)["detail"]
    assert "POST" in answer.headers["Allow"]


def test_refusals_speak_the_language_of_the_reader(refusing: Company) -> None:
    stranger = refusing.client(None)
    chinese = stranger.get("/v1/lots", headers={"Accept-Language": "zh"})
    english = stranger.get("/v1/lots", headers={"Accept-Language": "en"})
    assert refused(english, 401)["title"] == "Sign in first"
    assert refused(chinese, 401)["type"] == english.get_json()["type"]


def test_a_failure_of_the_service_tells_nothing_but_its_number(
    ferro: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = ferro.client("operator")
    secret = "a secret of the inside"

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("service.storage.views.lots", fail)
    answer = client.get("/v1/lots")
    problem = refused(answer, 500)
    assert secret not in answer.text
    assert problem["instance"].endswith(answer.headers["X-Request-Id"])
