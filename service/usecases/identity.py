"""Accounts: who may sign in, and how often they may guess.

There is no open registration and no e-mail: an administrator creates an account, ends it, or sets
a new password and hands it over.
"""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from argon2 import PasswordHasher

from service.domain.access import Action, Resource, Role, require
from service.domain.errors import (
    ConflictError,
    FerrotraceError,
    NotFoundError,
    RuleBrokenError,
    gettext_noop,
)
from service.domain.party import Actor
from service.storage import identity
from service.storage.identity import FailureCounts, User
from service.usecases.ports import Deps

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
LOCALES = ("zh", "en")


class PasswordCost(TypedDict):
    """Passes, KiB of memory and lanes of one hash."""

    time_cost: int
    memory_cost: int
    parallelism: int


PASSWORD_COST: PasswordCost = {"time_cost": 3, "memory_cost": 65_536, "parallelism": 4}
"""Argon2id by RFC 9106, section 4, the choice for little memory."""

LOOK_BACK = timedelta(minutes=15)
MAX_FAILURES = FailureCounts(of_both=5, of_login=50, of_address=50)
"""Failed sign-ins within ``LOOK_BACK`` after which the next is not tried: of one login from one
address, of one login from anywhere, and from one address for any login. The second is wider, so
that a stranger cannot easily keep a person out."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}\Z")
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[a-z0-9.-]{1,190}\Z")


class UsernameError(RuleBrokenError):
    message = gettext_noop(
        "%(value)s is no user name: 2 to 32 letters a to z, digits, dots, dashes or underscores."
    )


class EmailError(RuleBrokenError):
    message = gettext_noop("%(value)s is no e-mail address.")


class PasswordLengthError(RuleBrokenError):
    message = gettext_noop("The password has %(value)s characters; allowed are %(limit)s.")


class LocaleError(RuleBrokenError):
    message = gettext_noop("%(value)s is no language of the service; allowed are %(limit)s.")


class UserExistsError(ConflictError):
    message = gettext_noop("An account named %(value)s exists already.")


class SignInRefusedError(FerrotraceError):
    """Unknown login, wrong password or ended account: it is never said which."""

    message = gettext_noop("User name or password is wrong.")


class TooManySignInsError(FerrotraceError):
    message = gettext_noop("Too many failed sign-ins. Try again in %(limit)s minutes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser:
    username: str
    password: str
    name: str
    role: Role
    organisation_id: str
    site_ids: tuple[str, ...] = ()
    name_en: str | None = None
    email: str | None = None
    locale: str = "zh"


def create_user(command: CreateUser, actor: Actor, deps: Deps) -> User:
    """Create an account that may sign in at once."""
    require(actor, Action.USER_MANAGE, Resource())
    user = User(
        user_id=deps.new_id(),
        username=_username(command.username),
        email=_email(command.email),
        name=command.name,
        name_en=command.name_en,
        role=command.role,
        organisation_id=command.organisation_id,
        site_ids=command.site_ids,
        locale=_locale(command.locale),
        active=True,
        created_at=deps.now(),
    )
    password_hash = _hashed(command.password)
    with deps.db.transaction() as tx:
        for login in filter(None, (user.username, user.email)):
            if identity.user_by_login(tx, login):
                raise UserExistsError(field="username", value=login)
        identity.add_user(tx, user, password_hash=password_hash, uniquifier=_uniquifier())
    return user


def deactivate_user(login: str, actor: Actor, deps: Deps) -> User:
    """End an account: no further sign-in, and every session and token ends now."""
    require(actor, Action.USER_MANAGE, Resource())
    with deps.db.transaction() as tx:
        user = _existing(login, deps)
        identity.change_account(tx, user.user_id, uniquifier=_uniquifier(), active=False)
        return _existing(login, deps)


def reset_password(login: str, password: str, actor: Actor, deps: Deps) -> User:
    """Set a new password; every session and token of the account ends now."""
    require(actor, Action.USER_MANAGE, Resource())
    password_hash = _hashed(password)
    with deps.db.transaction() as tx:
        user = _existing(login, deps)
        identity.change_account(
            tx, user.user_id, uniquifier=_uniquifier(), password_hash=password_hash
        )
        return user


def choose_locale(locale: str, actor: Actor, deps: Deps) -> None:
    """Keep the language that the actor wants to read."""
    with deps.db.transaction() as tx:
        identity.change_locale(tx, actor.user_id, _locale(locale))


def users(actor: Actor, deps: Deps) -> list[User]:
    """Every account, by user name."""
    require(actor, Action.USER_MANAGE, Resource())
    with deps.db.transaction() as tx:
        return identity.users(tx)


def admit_sign_in(login: str, address: str, deps: Deps) -> None:
    """Return when a sign-in may be tried now, else raise ``TooManySignInsError``."""
    since = deps.now() - LOOK_BACK
    with deps.db.transaction() as tx:
        counts = identity.failure_counts(tx, login=login, address=address, since=since)
    if (
        counts.of_both >= MAX_FAILURES.of_both
        or counts.of_login >= MAX_FAILURES.of_login
        or counts.of_address >= MAX_FAILURES.of_address
    ):
        raise TooManySignInsError(limit=int(LOOK_BACK.total_seconds() // 60))


def note_failed_sign_in(login: str, address: str, deps: Deps) -> None:
    now = deps.now()
    with deps.db.transaction() as tx:
        identity.add_failure(
            tx, login=login, address=address, at=now, forget_before=now - LOOK_BACK
        )


def normalised_password(password: str) -> str:
    """The password in the form that is hashed: the same on every keyboard."""
    return unicodedata.normalize("NFKD", password)


def _existing(login: str, deps: Deps) -> User:
    with deps.db.transaction() as tx:
        user = identity.user_by_login(tx, login)
    if user is None:
        raise NotFoundError(what="user", key=login)
    return user


def _hashed(password: str) -> str:
    length = len(password)
    if not PASSWORD_LENGTH_MIN <= length <= PASSWORD_LENGTH_MAX:
        limit = f"{PASSWORD_LENGTH_MIN}-{PASSWORD_LENGTH_MAX}"
        raise PasswordLengthError(field="password", value=length, limit=limit)
    return PasswordHasher(**PASSWORD_COST).hash(normalised_password(password))


def _username(value: str) -> str:
    name = value.lower()
    if not _USERNAME.match(name):
        raise UsernameError(field="username", value=value)
    return name


def _email(value: str | None) -> str | None:
    if value is None:
        return None
    address = value.lower()
    if not _EMAIL.match(address):
        raise EmailError(field="email", value=value)
    return address


def _locale(value: str) -> str:
    if value not in LOCALES:
        raise LocaleError(field="locale", value=value, limit=", ".join(LOCALES))
    return value


def _uniquifier() -> str:
    return uuid.uuid4().hex
