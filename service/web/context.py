"""What a request knows: the joined service, who asks, and what that person may read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from flask import Flask, current_app, g, request
from flask_login import current_user

from service.domain.access import Action, Scope, scope_of
from service.domain.errors import FerrotraceError, ForbiddenError, gettext_noop
from service.domain.party import Actor, Role
from service.storage.identity import Account
from service.storage.views import Reader
from service.usecases.audit import Report
from service.usecases.ports import Deps

_KEY = "ferrotrace"


class SignInNeededError(FerrotraceError):
    """Nobody is signed in."""

    message = gettext_noop("Sign in first.")


class WebSettings(Protocol):
    """What the web is told; a part of the settings of the process."""

    @property
    def secret_key(self) -> str:
        """Signs sessions and tokens."""
        ...

    @property
    def public_url(self) -> str:
        """Under which address people reach the service; https makes cookies secure."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the web asks of parts that it must not import itself.

    ``verify`` takes a bundle's bytes and the audience (plant, bank or None) and answers with the
    verdict of ``service.proof.verify`` under this service's trust file, as JSON values. ``audit``
    compares the database with the registry; without it the chain is not asked, and the report
    says so. ``trust`` is the trust file as it lies there, None before there is one. ``edge_tokens``
    are the tokens by which the edge units of the sites are known. ``catalogues`` are the grade
    catalogues and mill tables of the image engine, as plain values.
    """

    verify: Callable[[bytes, str | None], dict[str, Any]]
    chain_answers: Callable[[], bool]
    is_migrated: Callable[[], bool]
    audit: Callable[[], Report] | None = None
    trust: Callable[[], bytes | None] = lambda: None
    edge_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    catalogues: Callable[[], Mapping[str, Any]] = dict


def bind(app: Flask, joined: Deps, outside_parts: Outside) -> None:
    app.extensions[_KEY] = (joined, outside_parts)
    app.before_request(_load_reader)


def deps() -> Deps:
    """Everything a use case needs, joined once at the start."""
    return cast(tuple[Deps, Outside], current_app.extensions[_KEY])[0]


def outside() -> Outside:
    """What lies behind parts that the web does not import."""
    return cast(tuple[Deps, Outside], current_app.extensions[_KEY])[1]


def _load_reader() -> None:
    """Look up who asks, once and before anything else, so that even a refusal is told in that
    person's language. Files, health and metrics ask nobody."""
    if request.blueprint == "health" or request.endpoint in {"static", "metrics"}:
        return
    if current_user.is_authenticated:
        account = cast(Account, current_user)
        g.locale = account.locale
        g.name_en = account.name_en
        g.actor = actor_of(account)


def actor_of(account: Account) -> Actor:
    """The person whose account it is."""
    return Actor(
        user_id=account.user_id,
        name=account.name,
        role=Role(account.role),
        organisation_id=account.organisation_id,
        site_ids=frozenset(account.site_ids),
    )


def signed_in() -> Actor | None:
    """The person (or program) who asks, if signed in."""
    return cast(Actor | None, g.get("actor"))


def actor() -> Actor:
    """The person (or program) who asks. Raises ``SignInNeededError`` for a stranger."""
    person = signed_in()
    if person is None:
        raise SignInNeededError
    return person


def allowed(action: Action) -> bool:
    """Whether the person who asks may do ``action`` to anything at all; for menus and buttons."""
    person = signed_in()
    return person is not None and scope_of(person.role, action) is not None


def reader(action: Action) -> Reader:
    """What the person who asks may see by the right ``action``: everything, the own sites, or what
    names the own organisation. Raises ``ForbiddenError`` without the right."""
    person = actor()
    match scope_of(person.role, action):
        case None:
            raise ForbiddenError(action=action.value)
        case Scope.ALL:
            return Reader(all=True)
        case Scope.OWN_SITE:
            return Reader(site_ids=person.site_ids)
        case Scope.OWN_ORGANISATION:
            return Reader(organisation_ids=frozenset({person.organisation_id}))
