"""Idempotency-Key: a repeated request gets the first answer, and nothing is done twice."""

import re
from collections.abc import Callable

from flask import Response, request

from service.proof.hashing import sha256
from service.usecases.idempotency import Answer, once
from service.web.context import actor, deps
from service.web.errors import IdempotencyKeyError

HEADER = "Idempotency-Key"

_KEY = re.compile(r"[!-~]{1,255}\Z")


def answered_once(work: Callable[[], Response]) -> Response:
    """The answer of ``work``, or the first answer where the request is a repetition.

    The key holds for this person, method and address. Raises ``IdempotencyKeyError`` without a
    key, and what ``service.usecases.idempotency.once`` raises for another payload or while the
    first request still runs.
    """
    key = request.headers.get(HEADER, "")
    if not _KEY.match(key):
        raise IdempotencyKeyError(field=None)
    scope = f"{actor().user_id} {request.method} {request.path}"
    answer = once(key, scope, _fingerprint(), lambda: _kept(work()), deps())
    response = Response(answer.body, status=answer.status, mimetype="application/json")
    if answer.location:
        response.headers["Location"] = answer.location
    return response


def _kept(response: Response) -> Answer:
    return Answer(
        status=response.status_code,
        body=response.get_data(),
        location=response.headers.get("Location"),
    )


def _fingerprint() -> bytes:
    """32 bytes over the payload; of a form the files, since its boundary is new each time."""
    if request.mimetype == "multipart/form-data":
        payload = b"".join(part.stream.read() for part in request.files.values())
        for part in request.files.values():
            part.stream.seek(0)
    else:
        payload = request.get_data()
    return sha256(request.mimetype.encode() + b"\n" + payload)
