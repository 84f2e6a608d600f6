"""A repeated request gets the first answer, and does nothing twice."""

from collections.abc import Callable
from dataclasses import dataclass

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.storage.idempotency import AnswerRow, add_answer, answer
from service.storage.locks import try_hold
from service.usecases.ports import Deps


class IdempotencyMismatchError(RuleBrokenError):
    """The key was used for another request."""

    message = gettext_noop(
        "Idempotency-Key %(value)s was used for another request; use a new key for a new request."
    )


class IdempotencyRunningError(ConflictError):
    """The first request with this key has no answer yet."""

    message = gettext_noop("The request with Idempotency-Key %(value)s is still running.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered: HTTP status, body and the address of what was made."""

    status: int
    body: bytes
    location: str | None = None


def once(
    key: str, scope: str, fingerprint: bytes, work: Callable[[], Answer], deps: Deps
) -> Answer:
    """The answer of ``work``, done at most once for ``key`` in ``scope`` (route and person).

    The answer is stored in the transaction that stores the effect, so that neither exists without
    the other. ``fingerprint`` is 32 bytes over the payload.
    """
    with deps.db.transaction() as tx:
        if not try_hold(tx, f"request {scope} {key}"):
            raise IdempotencyRunningError(field="Idempotency-Key", value=key)
        given = answer(tx, scope, key)
        if given is not None:
            if given.fingerprint != fingerprint:
                raise IdempotencyMismatchError(field="Idempotency-Key", value=key)
            return Answer(status=given.status, body=given.body, location=given.location)
        made = work()
        add_answer(
            tx,
            AnswerRow(
                scope=scope,
                key=key,
                fingerprint=fingerprint,
                status=made.status,
                body=made.body,
                location=made.location,
                answered_at=whole_second(deps.now()),
            ),
        )
        return made
