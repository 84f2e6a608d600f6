"""Verification of evidence bundles, for anybody."""

from typing import Any, Literal

from flask import request

from service.web.api.fields import Answer, Query
from service.web.context import outside
from service.web.openapi import JSON, Section
from service.web.throttle import admit

SECTION = Section.of("verifications", "Whether an evidence bundle holds; no sign-in is needed.")

MAX_BUNDLE_BYTES = 1024 * 1024


class VerificationQuery(Query):
    audience: Literal["plant", "bank"] | None = None


class Reason(Answer):
    code: int
    codeString: str  # noqa: N815 - a key of OpenAttestation
    message: str


class CheckAnswer(Answer):
    name: str
    type: str
    status: Literal["VALID", "INVALID", "ERROR", "SKIPPED"]
    reason: Reason | None
    data: dict[str, str | int] | None = None


class AsOf(Answer):
    block: int
    time: str


class Verification(Answer):
    """The verdict over all checks. ERROR is "could not tell", never "false"."""

    verdict: Literal["VALID", "INVALID", "ERROR"]
    as_of: AsOf | None
    checks: list[CheckAnswer]


@SECTION.post(
    "/v1/verifications",
    raw=(JSON,),
    query=VerificationQuery,
    answer=Verification,
    creates=False,
    public=True,
)
def post_verification(query: VerificationQuery) -> dict[str, Any]:
    """Verify a bundle under the trust file of this service; the body is the bundle, byte by byte.

    What is verified is kept nowhere.
    """
    admit("verifications")
    request.max_content_length = MAX_BUNDLE_BYTES
    return outside().verify(request.get_data(), query.audience)
