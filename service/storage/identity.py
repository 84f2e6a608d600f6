"""Accounts and failed sign-ins: the one place where the ORM is used, because the sign-in library
works on its models.

These tables are mutable, unlike the evidence (an account is deactivated, a password changes), and
therefore live in a metadata of their own, ``metadata``. Migrations create both: first
``service.storage.tables.metadata``, then this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Text,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from service.domain.access import Role
from service.storage import tables
from service.storage.db import Tx

metadata = MetaData(naming_convention=tables.metadata.naming_convention)

_ROLE_NAMES = ", ".join(f"'{role.value}'" for role in Role)


class Base(DeclarativeBase):
    metadata = metadata


class AccountRole(RoleMixin):
    """The one role of an account, as the sign-in library wants to see it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions = None


class Account(Base, UserMixin):
    """A person (or a program) that may sign in."""

    __tablename__ = "account"

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    username: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str | None] = mapped_column(Text, unique=True)  # type: ignore[assignment]
    password: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[str] = mapped_column(
        Text, ForeignKey(tables.organisation.c.organisation_id)
    )
    site_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    locale: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(f"role IN ({_ROLE_NAMES})", name="role"),
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    @property
    def roles(self) -> list[AccountRole]:  # type: ignore[override]
        return [AccountRole(self.role)]


class SignInFailure(Base):
    """One refused sign-in; kept as long as the throttle looks back."""

    __tablename__ = "sign_in_failure"

    failure_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_sign_in_failure_login_failed_at", "login", "failed_at"),
        Index("ix_sign_in_failure_address_failed_at", "address", "failed_at"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account without its secrets."""

    user_id: str
    username: str
    email: str | None
    name: str
    name_en: str | None
    role: Role
    organisation_id: str
    site_ids: tuple[str, ...]
    locale: str
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCounts:
    """Failed sign-ins since some instant: of this login from this address, of each alone."""

    of_both: int
    of_login: int
    of_address: int


@contextmanager
def _session(tx: Tx) -> Iterator[Session]:
    """An ORM session within the open transaction, which alone commits."""
    with Session(bind=tx, expire_on_commit=False) as session:
        yield session
        session.flush()


def user_of(account: Account) -> User:
    return User(
        user_id=account.user_id,
        username=account.username,
        email=account.email,
        name=account.name,
        name_en=account.name_en,
        role=Role(account.role),
        organisation_id=account.organisation_id,
        site_ids=tuple(account.site_ids),
        locale=account.locale,
        active=account.active,
        created_at=account.created_at,
    )


def add_user(tx: Tx, user: User, *, password_hash: str, uniquifier: str) -> None:
    """Store a new account. ``uniquifier`` names its sessions and tokens."""
    with _session(tx) as session:
        session.add(
            Account(
                user_id=user.user_id,
                username=user.username,
                email=user.email,
                password=password_hash,
                active=user.active,
                fs_uniquifier=uniquifier,
                name=user.name,
                name_en=user.name_en,
                role=user.role.value,
                organisation_id=user.organisation_id,
                site_ids=list(user.site_ids),
                locale=user.locale,
                created_at=user.created_at,
            )
        )


def users(tx: Tx) -> list[User]:
    """Every account, by user name."""
    with _session(tx) as session:
        accounts = session.scalars(select(Account).order_by(Account.username))
        return [user_of(account) for account in accounts]


def user_by_login(tx: Tx, login: str) -> User | None:
    """The account with this user name or e-mail address, in any case of letters."""
    with _session(tx) as session:
        account = session.scalar(_by_login(login))
        return user_of(account) if account else None


def user_by_id(tx: Tx, user_id: str) -> User | None:
    """The account, ended or not."""
    with _session(tx) as session:
        account = session.get(Account, user_id)
        return user_of(account) if account else None


def change_account(
    tx: Tx,
    user_id: str,
    *,
    uniquifier: str,
    password_hash: str | None = None,
    active: bool | None = None,
) -> None:
    """Change password or activity; the new ``uniquifier`` ends every session and token."""
    with _session(tx) as session:
        account = session.get_one(Account, user_id)
        account.fs_uniquifier = uniquifier
        if password_hash is not None:
            account.password = password_hash
        if active is not None:
            account.active = active


def change_locale(tx: Tx, user_id: str, locale: str) -> None:
    with _session(tx) as session:
        session.get_one(Account, user_id).locale = locale


def add_failure(tx: Tx, *, login: str, address: str, at: datetime, forget_before: datetime) -> None:
    """Note a refused sign-in and forget those older than the throttle looks back."""
    with _session(tx) as session:
        session.execute(delete(SignInFailure).where(SignInFailure.failed_at < forget_before))
        session.add(SignInFailure(login=login, address=address, failed_at=at))


def failure_counts(tx: Tx, *, login: str, address: str, since: datetime) -> FailureCounts:
    of_login = SignInFailure.login == login
    of_address = SignInFailure.address == address
    query = select(
        func.count().filter(of_login & of_address),
        func.count().filter(of_login),
        func.count().filter(of_address),
    ).where(SignInFailure.failed_at >= since, of_login | of_address)
    with _session(tx) as session:
        both, login_count, address_count = session.execute(query).one()
    return FailureCounts(of_both=both, of_login=login_count, of_address=address_count)


def _by_login(login: str):  # type: ignore[no-untyped-def]
    name = login.casefold()
    return select(Account).where(or_(Account.username == name, Account.email == name))


class AccountStore(UserDatastore):
    """What the sign-in library needs of the accounts. Each call is a short transaction of its own,
    so that no session stays open while a request is worked on."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(Account, AccountRole)
        self._engine = engine

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        **named: object,
    ) -> Account | None:
        """The account with the given ``fs_uniquifier`` or ``login``."""
        del case_insensitive
        ((key, value),) = named.items()
        query = (
            _by_login(str(value))
            if key == "login"
            else select(Account).where(getattr(Account, key) == value)
        )
        with Session(self._engine, expire_on_commit=False) as session:
            account: Account | None = session.scalar(query)
            return account

    def put(self, model: Account) -> Account:
        """Store a changed account (the library renews an outdated password hash)."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.merge(model)
        return model

    def commit(self) -> None:
        """Nothing is left to commit: ``put`` has done it."""
