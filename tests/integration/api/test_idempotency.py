"""A repeated request gets the first answer, and nothing is done twice."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from service.storage.db import Database
from service.usecases.idempotency import Answer, once
from tests.integration.api.company import Company

ARRIVAL = {
    "site_id": "BASE01",
    "kind": "RECEIVING",
    "plate": "辽E12345",
    "supplier_id": "SUPPLIER-A",
}


def test_a_missing_key_is_refused_with_400(ferro: Company) -> None:
    answer = ferro.client("operator").post("/v1/visits", json=ARRIVAL)
    assert answer.status_code == 400
    assert answer.get_json()["type"].endswith("/IdempotencyKey")


@pytest.mark.parametrize("key", ["", " ", "with space", "x" * 256, "schlüssel"])
def test_a_key_that_is_none_is_refused_with_400(key: str, ferro: Company) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = ferro.client("operator").post("/v1/visits", json=ARRIVAL, headers=headers)
    assert answer.status_code == 400


def test_a_repetition_gets_the_first_answer_byte_by_byte(ferro: Company) -> None:
    first = ferro.post("operator", "/v1/visits", ARRIVAL, key="k-1")
    again = ferro.post("operator", "/v1/visits", ARRIVAL, key="k-1")
    assert (first.status_code, first.data, first.location) == (201, again.data, again.location)
    assert again.status_code == 201
    assert len(ferro.get("operator", "/v1/visits")["items"]) == 1


def test_the_same_key_with_another_payload_is_refused_with_422(ferro: Company) -> None:
    ferro.post("operator", "/v1/visits", ARRIVAL, key="k-1")
    answer = ferro.post("operator", "/v1/visits", ARRIVAL | {"plate": "辽E54321"}, key="k-1")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_the_same_key_of_another_person_is_another_request(ferro: Company) -> None:
    ferro.post("operator", "/v1/visits", ARRIVAL, key="k-1")
    other = ARRIVAL | {"site_id": "BASE02", "plate": "辽E54321"}
    assert ferro.post("operator-b", "/v1/visits", other, key="k-1").status_code == 201


def test_a_refused_request_may_be_mended_under_the_same_key(ferro: Company) -> None:
    wrong = ARRIVAL | {"supplier_id": "NOBODY"}
    assert ferro.post("operator", "/v1/visits", wrong, key="k-1").status_code == 422
    assert ferro.post("operator", "/v1/visits", ARRIVAL, key="k-1").status_code == 201


def test_while_the_first_request_runs_the_second_is_refused_with_409(ferro: Company) -> None:
    url = ferro.deps.db.url
    other = Database(url, pool_size=1)

    with ferro.deps.db.transaction() as tx:
        user = tx.exec_driver_sql("SELECT user_id FROM account WHERE username = 'operator'")
        scope = f"{user.scalar_one()} POST /v1/visits"

    def slow() -> Answer:
        answer = ferro.post("operator", "/v1/visits", ARRIVAL, key="k-1")
        assert answer.status_code == 409, answer.text
        return Answer(status=201, body=b"{}")

    once("k-1", scope, b"\0" * 32, slow, replace(ferro.deps, db=other))
    other.close()


def test_many_at_once_make_one(ferro: Company) -> None:
    ferro.client("operator")
    key = str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: ferro.post("operator", "/v1/visits", ARRIVAL, key=key), range(8))
        )
    made = {answer.data for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(ferro.get("operator", "/v1/visits")["items"]) == 1
