"""The log for anybody: heads, exact entries, proofs between two sizes, and the trust file.

Entries hold a kind, a place, a batch number and a salted hash, so nothing needs a sign-in, and
other sites may read it too. What can no longer change may be kept by every cache on the way.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from flask import Response, after_this_request
from pydantic import Field

from service.domain.errors import NotFoundError, gettext_noop
from service.usecases import log
from service.web.api.fields import Answer, Hash, Query
from service.web.api.reading import QueryInt
from service.web.context import deps, outside
from service.web.openapi import JSON, Section
from service.web.throttle import admit

SECTION = Section.of("log", "The log over all documents; no sign-in, nothing about anybody.")

JSON_LINES = "application/jsonl"
NEWEST_HEADS = 50
NOW_S, FOR_EVER_S = 10, 365 * 24 * 60 * 60

_Size = Annotated[QueryInt, Field(ge=0, le=999_999_999)]
_SizeOfProof = Annotated[QueryInt, Field(ge=1, le=999_999_999)]


class NoTrustFileError(NotFoundError):
    """Nothing is final yet, so there is nothing to believe."""

    message = gettext_noop("There is no trust file yet; the first final batch brings it.")


class HeadAnswer(Answer):
    """A final head. ``proof`` is the consistency proof from the head before (RFC 9162, section
    2.1.4), ``time`` that of the block."""

    seq: int
    old_size: int
    new_size: int
    head: Hash
    batch_root: Hash
    proof: tuple[Hash, ...]
    block: int
    time: datetime
    tx: Hash


class LogAnswer(Answer):
    """The newest final head and at most 50 heads, newest first; ``chain_id`` is missing while
    nothing is final."""

    registry: str
    chain_id: int | None
    size: int
    head: Hash
    seq: int
    heads: list[HeadAnswer]


class HeadsQuery(Query):
    """``before`` is the ``next`` of the page before."""

    limit: Annotated[QueryInt, Field(ge=1, le=500)] = NEWEST_HEADS
    before: Annotated[QueryInt, Field(ge=1, le=999_999_999)] | None = None


class HeadList(Answer):
    items: list[HeadAnswer]
    next: int | None


class EntriesQuery(Query):
    """``from`` counts, ``to`` does not; at most 10,000 entries at once."""

    start: _Size = Field(alias="from")
    end: _Size = Field(alias="to")


class ConsistencyQuery(Query):
    first: _SizeOfProof
    second: _SizeOfProof


class ConsistencyAnswer(Answer):
    """RFC 9162, section 2.1.4: the log of ``first`` entries is the beginning of ``second``."""

    first: int
    second: int
    first_root: Hash
    second_root: Hash
    proof: list[Hash]


@SECTION.get("/v1/log", answer=LogAnswer, public=True)
def get_log() -> log.PublishedLog:
    """Where the log stands, with its newest final heads."""
    _open_to_anybody(NOW_S)
    return log.published_log(deps(), heads=NEWEST_HEADS)


@SECTION.get("/v1/log/heads", query=HeadsQuery, answer=HeadList, public=True)
def get_log_heads(query: HeadsQuery) -> dict[str, object]:
    """Final heads, newest first."""
    _open_to_anybody(NOW_S)
    heads = log.published_heads(deps(), limit=query.limit, before=query.before)
    return {"items": heads, "next": heads[-1].seq if len(heads) == query.limit else None}


@SECTION.get("/v1/log/entries", query=EntriesQuery, media_type=JSON_LINES, public=True)
def get_log_entries(query: EntriesQuery) -> Response:
    """The exact bytes of the entries that are hashed, one a line."""
    _open_to_anybody(FOR_EVER_S)
    entries = log.published_entries(query.start, query.end, deps())
    return Response(_lines(entries), mimetype=JSON_LINES)


@SECTION.get("/v1/log/consistency", query=ConsistencyQuery, answer=ConsistencyAnswer, public=True)
def get_log_consistency(query: ConsistencyQuery) -> log.ConsistencyProof:
    """The proof that one size of the log is the beginning of another."""
    _open_to_anybody(FOR_EVER_S)
    return log.consistency(query.first, query.second, deps())


@SECTION.get("/v1/trust", media_type=JSON, public=True)
def get_trust() -> Response:
    """The trust file as the worker wrote it last.

    Convenient, and no more to be trusted than the way to this address: who relies on it compares
    it with what the company handed over by a way of its own.
    """
    _open_to_anybody(NOW_S)
    trust_file = outside().trust()
    if trust_file is None:
        raise NoTrustFileError
    return Response(trust_file, mimetype=JSON)


def _lines(entries: Iterator[bytes]) -> Iterator[bytes]:
    return (entry + b"\n" for entry in entries)


def _open_to_anybody(seconds: int) -> None:
    """Let the caller in within the limit for strangers, and caches keep a good answer so long."""
    admit("log")
    lasting = ", immutable" if seconds == FOR_EVER_S else ""

    @after_this_request
    def shared(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if response.status_code == 200:  # noqa: PLR2004 - a refusal is not kept
            response.headers["Cache-Control"] = f"public, max-age={seconds}{lasting}"
        return response
