"""The registry of heads: bytes by hash, data sheets, and what each head does at each site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.domain.grading_model import SERVING, SHIPPED_MODE, ModelMode
from service.proof.hashing import sha256
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, one, select_as
from service.storage.tables import grading_blob, grading_model, model_use


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingModelRow:
    head_sha256: bytes
    name: str
    licence: str
    data_sheet: Mapping[str, Any]
    metrics: Mapping[str, Any]
    registered_at: datetime
    registered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUseRow:
    """``figures`` are those of the head at the site when it was set so."""

    site_id: str
    version: int
    head_sha256: bytes
    mode: str
    settings_sha256: bytes | None
    figures: Mapping[str, Any]
    reason: str
    since: datetime
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """A head at a site, and what it does there; hashes in hexadecimal.

    ``head_sha256`` is None for the head that this version of the product comes with,
    ``settings_sha256`` for a site that has set nothing.
    """

    head_sha256: str | None
    mode: ModelMode
    settings_sha256: str | None


SHIPPED = ModelUse(head_sha256=None, mode=SHIPPED_MODE, settings_sha256=None)
"""What holds where nobody has said anything."""


def serving(tx: Tx, site_id: str) -> ModelUse:
    """The head whose proposals are put on record at the site: in mode assist or auto.

    Where no head serves, the mode is shadow while one looks beside, else off.
    """
    uses = uses_now(tx, site_id)
    if not uses:
        return SHIPPED
    for use in uses:
        if use.mode in SERVING:
            return _use(use)
    waits = any(use.mode == ModelMode.SHADOW for use in uses)
    return ModelUse(
        head_sha256=None,
        mode=ModelMode.SHADOW if waits else ModelMode.OFF,
        settings_sha256=None,
    )


def mode_of(tx: Tx, site_id: str) -> ModelMode:
    """What the image engine does at the site."""
    return serving(tx, site_id).mode


def head_at(tx: Tx, site_id: str) -> str | None:
    """Hash of the head that serves at the site; None for the one that the product comes with."""
    return serving(tx, site_id).head_sha256


def shadow_heads(tx: Tx, site_id: str) -> list[ModelUse]:
    """The heads that look beside the inspectors of the site."""
    return [_use(use) for use in uses_now(tx, site_id) if use.mode == ModelMode.SHADOW]


def uses_now(tx: Tx, site_id: str) -> list[ModelUseRow]:
    """The newest use of each head at the site, newest first."""
    newest: dict[bytes, ModelUseRow] = {}
    for use in uses_of(tx, site_id):
        newest.setdefault(use.head_sha256, use)
    return list(newest.values())


def uses_of(tx: Tx, site_id: str) -> list[ModelUseRow]:
    """Everything that was ever set at the site, newest first."""
    query = select_as(ModelUseRow, model_use).where(model_use.c.site_id == site_id)
    return every(tx, ModelUseRow, query.order_by(model_use.c.version.desc()))


def locked_uses(tx: Tx, site_id: str) -> list[ModelUseRow]:
    """As ``uses_of``; nobody else changes anything at the site meanwhile."""
    hold(tx, f"model use {site_id}")
    return uses_of(tx, site_id)


def add_use(tx: Tx, row: ModelUseRow) -> None:
    add(tx, model_use, row)


def add_model(tx: Tx, row: GradingModelRow) -> None:
    add(tx, grading_model, row)


def models(tx: Tx) -> list[GradingModelRow]:
    """Every registered head, newest first."""
    query = select_as(GradingModelRow, grading_model)
    return every(
        tx, GradingModelRow, query.order_by(grading_model.c.registered_at.desc(), "head_sha256")
    )


def model_by_hash(tx: Tx, head_sha256: bytes) -> GradingModelRow | None:
    query = select_as(GradingModelRow, grading_model)
    return one(tx, GradingModelRow, query.where(grading_model.c.head_sha256 == head_sha256))


def keep_blob(tx: Tx, kind: str, content: bytes, at: datetime) -> bytes:
    """The hash under which ``content`` lies from now on; harmless when it lies there already."""
    digest = sha256(content)
    row = {"sha256": digest, "kind": kind, "content": content, "stored_at": at}
    tx.execute(insert(grading_blob).values(row).on_conflict_do_nothing())
    return digest


def keep_settings(tx: Tx, settings: bytes, at: datetime) -> None:
    """Keep the settings of a proposal, so that it can be computed again by its record."""
    if settings:
        keep_blob(tx, "settings", settings, at)


def blob(tx: Tx, digest: bytes) -> bytes | None:
    """The bytes whose SHA-256 is ``digest``."""
    query = select(grading_blob.c.content).where(grading_blob.c.sha256 == digest)
    return tx.execute(query).scalar_one_or_none()


def _use(row: ModelUseRow) -> ModelUse:
    return ModelUse(
        head_sha256=row.head_sha256.hex(),
        mode=ModelMode(row.mode),
        settings_sha256=None if row.settings_sha256 is None else row.settings_sha256.hex(),
    )
