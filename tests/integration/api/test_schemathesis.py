"""Made-up requests for every operation of the document: no failure of the service, and every
answer is one that the document promises. Few examples, the same ones each time."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.web.docs import openapi_document
from tests.integration.api.company import PASSWORD, TOKENS, Company, company
from tests.integration.api.test_rights import Route, table

pytestmark = pytest.mark.xdist_group("fuzzed")

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 3
OPERATIONS = [
    (method.upper(), path)
    for path, methods in openapi_document()["paths"].items()
    for method in methods
    if path != "/v1/session"  # its refusals are the throttle's, and tested beside it
]


@pytest.fixture(scope="module")
def fuzzed(lived_in: EmbeddedPostgres) -> Iterator[Company]:
    """One company for all examples, with one truck that went its whole way."""
    lived_in.create_database("api_fuzzed", template="api_company_template")
    with company(lived_in.url(APP_ROLE, "api_fuzzed")) as ferro:
        received = ferro.receive(plate="辽E12345")
        delivered = ferro.deliver(plate="辽B99999", lot_id=received["ticket"]["lot_id"])
        ferro.settle(delivered["delivery"]["delivery_id"])
        yield ferro
    lived_in.drop_database("api_fuzzed")


@pytest.fixture(scope="module")
def schema(fuzzed: Company) -> BaseSchema:
    """The document, read once."""
    return schemathesis.openapi.from_wsgi("/openapi.json", fuzzed.app)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_made_up_requests_get_the_answers_that_the_document_promises(
    method: str, path: str, fuzzed: Company, schema: BaseSchema
) -> None:
    headers = _shown(method, path, fuzzed)
    operation = schema[path][method]

    @given(data=st.data())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


def _shown(method: str, path: str, ferro: Company) -> dict[str, str]:
    """What gets in, so that the made-up request reaches the rules behind the door: the token of a
    person with a role that may, or of a site where no person may."""
    roles = table()[Route(method, path.replace("{", "<").replace("}", ">"))].roles
    if not roles:
        return {"Authorization": f"Bearer {TOKENS['BASE01']}"}
    return {"Authentication-Token": _token(ferro, min(roles))}


_TOKENS: dict[str, str] = {}


def _token(ferro: Company, who: str) -> str:
    if who not in _TOKENS:
        given_ = {"email": who, "password": PASSWORD}
        answer = ferro.app.test_client(use_cookies=False).post("/v1/session", json=given_)
        _TOKENS[who] = answer.get_json()["auth_token"]
    return _TOKENS[who]
