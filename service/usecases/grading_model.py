"""Model life: heads are registered with their data sheet, and put to use site by site.

Nothing is replaced: every use is a row, with the figures that the head had at the site and with the
reason. A new head looks beside the inspectors first; an upgrade of the product changes nobody's.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.grading_model import SERVING, SHIPPED_MODE, ModelMode, require_mode
from service.domain.grading_shadow import ShadowFigures
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.proof.hashing import sha256
from service.storage import grading_model as registry
from service.storage.db import Tx
from service.storage.grading_model import GradingModelRow, ModelUseRow
from service.storage.locks import hold
from service.storage.party import site_by_id, sites
from service.usecases.grading_shadow import figures_of
from service.usecases.ports import Deps

TEXT_MAX = 500
HEAD_BYTES_MAX = 32 * 1024 * 1024
HASH_DIGITS_MIN = 8
"""Digits by which a head may be named."""

SERVICE = "service"
"""Who registers the head that the product comes with."""
FIRST_HEAD, NEW_HEAD = "as the product comes", "new version of the product"
"""Why it puts that head to use: at a base without any, at one that has another."""


class HeadRegisteredError(ConflictError):
    """The same bytes or the same name are in the registry."""

    message = gettext_noop("Head %(value)s is registered already.")


class ModelTextError(RuleBrokenError):
    """A name, licence or reason is missing or too long."""

    message = gettext_noop("Please write %(limit)s characters at most, and at least one.")


class SettingsInAutoError(ConflictError):
    """New limits and a head that decides by them at once."""

    message = gettext_noop("New settings are tried in shadow or assist before a head decides.")


class HeadSizeError(RuleBrokenError):
    """A file that is too large to be a head."""

    message = gettext_noop("The head has %(value)s bytes; allowed are %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterModel:
    """``content`` is the head's file; ``about`` what the engine reads in it (its training, its
    backbone); ``data_sheet`` and ``metrics`` are what its makers say of pictures and results."""

    content: bytes
    name: str
    licence: str
    about: Mapping[str, Any]
    data_sheet: Mapping[str, Any]
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseModel:
    """``settings`` are the site's, as the engine's canonical bytes; None keeps those in force."""

    site_id: str
    head_sha256: str
    mode: ModelMode
    reason: str
    settings: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledHead:
    """The head that this version of the product comes with."""

    content: bytes
    name: str
    licence: str
    about: Mapping[str, Any]


def register_model(command: RegisterModel, actor: Actor, deps: Deps) -> GradingModelRow:
    """Keep a head's bytes with what is known of it; it is used nowhere yet."""
    require(actor, Action.MODEL_REGISTER, Resource())
    if not 0 < len(command.content) <= HEAD_BYTES_MAX:
        raise HeadSizeError(field="head", value=len(command.content), limit=HEAD_BYTES_MAX)
    with deps.db.transaction() as tx:
        return _register(tx, command, actor.user_id, whole_second(deps.now()))


def use_model(command: UseModel, actor: Actor, deps: Deps) -> ModelUseRow:
    """Say what a head does at a site from now on.

    The head that served before rests when another takes its place. Raises ``ShadowFirstError``,
    ``AutoNotEarnedError``, ``ModeUnchangedError``.
    """
    require(actor, Action.MODEL_USE, Resource(site_id=command.site_id))
    reason = _text("reason", command.reason)
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        _require_site(tx, command.site_id)
        head = require_model(tx, command.head_sha256).head_sha256
        uses = registry.locked_uses(tx, command.site_id)
        own = next((use for use in uses if use.head_sha256 == head), None)
        figures = figures_of(tx, command.site_id, head)
        mode = ModelMode(own.mode) if own else ModelMode.OFF
        settings = own.settings_sha256 if own else None
        if command.settings is not None:
            settings = registry.keep_blob(tx, "settings", command.settings, now)
        has_new_settings = settings != (own.settings_sha256 if own else None)
        if has_new_settings and command.mode is ModelMode.AUTO:
            raise SettingsInAutoError(field="settings")
        if not (has_new_settings and command.mode is mode):
            require_mode(command.mode, now=mode, figures=figures)
        row = ModelUseRow(
            site_id=command.site_id,
            version=uses[0].version + 1 if uses else 1,
            head_sha256=head,
            mode=command.mode.value,
            settings_sha256=settings,
            figures=dataclasses.asdict(figures),
            reason=reason,
            since=now,
            set_by=actor.user_id,
        )
        if command.mode in SERVING:
            row = _rest_others(tx, row)
        registry.add_use(tx, row)
    return row


def keep_installed_head(head: InstalledHead, deps: Deps) -> int:
    """Register the head that the product comes with; at how many bases something was set for it.

    A base without any head gets it in its first mode; at a base that has one it looks beside from
    now on, so that an upgrade never changes who grades. Harmless when repeated.
    """
    now, digest = whole_second(deps.now()), sha256(head.content)
    with deps.db.transaction() as tx:
        hold(tx, "installed head")
        if registry.model_by_hash(tx, digest) is None:
            command = RegisterModel(
                content=head.content,
                name=head.name,
                licence=head.licence,
                about=head.about,
                data_sheet={},
                metrics={},
            )
            _register(tx, command, SERVICE, now)
        bases = [site.site_id for site in sites(tx) if site.kind == "BASE"]
        return sum(_begin(tx, site_id, digest, now) for site_id in bases)


def require_model(tx: Tx, head_sha256: str) -> GradingModelRow:
    """The registered head whose hash is or begins with ``head_sha256``, or whose name it is."""
    is_hash = len(head_sha256) >= HASH_DIGITS_MIN
    found = [
        row
        for row in registry.models(tx)
        if row.name == head_sha256
        or (is_hash and row.head_sha256.hex().startswith(head_sha256.lower()))
    ]
    if len(found) != 1:
        raise NotFoundError(field="head", what="head", key=head_sha256[:64])
    return found[0]


def stored_blob(tx: Tx, digest: str) -> bytes:
    """The head or the settings with this hash; raises ``NotFoundError``."""
    content = registry.blob(tx, bytes.fromhex(digest))
    if content is None:
        raise NotFoundError(what="head or settings", key=digest)
    return content


def _register(tx: Tx, command: RegisterModel, by: str, now: datetime) -> GradingModelRow:
    name = _text("name", command.name)
    digest = sha256(command.content)
    if any(digest == row.head_sha256 or name == row.name for row in registry.models(tx)):
        raise HeadRegisteredError(field="name", value=f"{name} {digest.hex()[:12]}")
    registry.keep_blob(tx, "head", command.content, now)
    row = GradingModelRow(
        head_sha256=digest,
        name=name,
        licence=_text("licence", command.licence),
        data_sheet={**command.data_sheet, "head": dict(command.about)},
        metrics=dict(command.metrics),
        registered_at=now,
        registered_by=by,
    )
    registry.add_model(tx, row)
    return row


def _begin(tx: Tx, site_id: str, digest: bytes, now: datetime) -> bool:
    uses = registry.locked_uses(tx, site_id)
    if any(use.head_sha256 == digest for use in uses):
        return False
    row = ModelUseRow(
        site_id=site_id,
        version=uses[0].version + 1 if uses else 1,
        head_sha256=digest,
        mode=(ModelMode.SHADOW if uses else SHIPPED_MODE).value,
        settings_sha256=None,
        figures=dataclasses.asdict(ShadowFigures.nothing()),
        reason=NEW_HEAD if uses else FIRST_HEAD,
        since=now,
        set_by=SERVICE,
    )
    registry.add_use(tx, row)
    return True


def _rest_others(tx: Tx, row: ModelUseRow) -> ModelUseRow:
    """``row``, after a row by which the head that served until now rests."""
    for use in registry.uses_now(tx, row.site_id):
        if use.mode in SERVING and use.head_sha256 != row.head_sha256:
            rests = dataclasses.replace(
                use,
                version=row.version,
                mode=ModelMode.OFF.value,
                reason=row.reason,
                since=row.since,
                set_by=row.set_by,
            )
            registry.add_use(tx, rests)
            row = dataclasses.replace(row, version=row.version + 1)
    return row


def _require_site(tx: Tx, site_id: str) -> None:
    if site_by_id(tx, site_id) is None:
        raise NotFoundError(field="site_id", what="site", key=site_id[:64])


def _text(field: str, text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= TEXT_MAX:
        raise ModelTextError(field=field, limit=TEXT_MAX)
    return text
