"""``ferrotrace models``: the registry of heads, and what each does at each site."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import click

from service.bootstrap.deps import build_deps
from service.bootstrap.engine import grading_api
from service.commands.users import CONSOLE
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.domain.grading_model import ModelMode
from service.storage import grading_model as registry
from service.storage.grading_model import GradingModelRow, ModelUseRow
from service.usecases.grading_model import (
    RegisterModel,
    UseModel,
    register_model,
    require_model,
    use_model,
)
from service.usecases.ports import Deps

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Refusing(click.Group):
    """Turns a refusal into a message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FerrotraceError as error:
            raise click.ClickException(str(error)) from error


@click.group("models", cls=_Refusing)
def command() -> None:
    """Register heads of the image engine and put them to use, site by site."""


@command.command("register")
@click.argument("head", type=_file)
@click.option("--name", required=True, help="Name of the head, once in the registry.")
@click.option("--licence", required=True, help="Licence of the head and of its pictures.")
@click.option("--data-sheet", type=_file, help="JSON object: the pictures and where they are from.")
@click.option("--metrics", type=_file, help="JSON object, as ferrotrace evaluate prints it.")
@_as_json
def register(
    *,
    head: Path,
    name: str,
    licence: str,
    data_sheet: Path | None,
    metrics: Path | None,
    as_json: bool,
) -> None:
    """Keep the file HEAD with what is known of it; it is used nowhere yet."""
    content = head.read_bytes()
    engine = grading_api()
    try:
        about = engine.describe_head(content)
    except engine.GradingError as error:
        raise click.ClickException(str(error)) from error
    wanted = RegisterModel(
        content=content,
        name=name,
        licence=licence,
        about=about,
        data_sheet=_object(data_sheet),
        metrics=_object(metrics),
    )
    _tell_model(register_model(wanted, CONSOLE, _deps()), as_json=as_json)


@command.command("list")
@_as_json
def list_models(*, as_json: bool) -> None:
    """Every registered head, newest first."""
    deps = _deps()
    with deps.db.transaction() as tx:
        rows = registry.models(tx)
    if as_json:
        _print([_model(row) for row in rows])
        return
    for row in rows:
        click.echo(f"{row.head_sha256.hex()[:12]}\t{row.name}\t{row.licence}")


@command.command("show")
@click.argument("head")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the head's file here."
)
@_as_json
def show(*, head: str, out: Path | None, as_json: bool) -> None:
    """The head whose name or hash (first digits) is HEAD, with its data sheet."""
    deps = _deps()
    with deps.db.transaction() as tx:
        row = require_model(tx, head)
        content = registry.blob(tx, row.head_sha256) or b""
    if out is not None:
        out.write_bytes(content)
    _tell_model(row, as_json=as_json)


@command.command("use")
@click.argument("head")
@click.option("--site", "site_id", required=True, help="Where.")
@click.option("--mode", required=True, type=click.Choice([mode.value for mode in ModelMode]))
@click.option(
    "--settings", type=_file, help="Limits, calibration, catalogue and mapping of a site."
)
@click.option("--reason", required=True, help="Stays on record.")
@_as_json
def use(
    *, head: str, site_id: str, mode: str, settings: Path | None, reason: str, as_json: bool
) -> None:
    """Say what HEAD does at a site from now on: off, shadow, assist or auto.

    A head looks in shadow first. It may decide (auto) after 100 trucks whose figures are within
    the limits of docs/grading-models.md.
    """
    engine = grading_api()
    try:
        known = engine.site_settings(settings.read_bytes()) if settings else None
    except engine.GradingError as error:
        raise click.ClickException(str(error)) from error
    wanted = UseModel(
        site_id=site_id, head_sha256=head, mode=ModelMode(mode), reason=reason, settings=known
    )
    _tell_use(use_model(wanted, CONSOLE, _deps()), as_json=as_json)


@command.command("uses")
@click.option("--site", "site_id", required=True, help="Where.")
@_as_json
def uses(*, site_id: str, as_json: bool) -> None:
    """Everything that was ever set at a site, newest first."""
    deps = _deps()
    with deps.db.transaction() as tx:
        rows = registry.uses_of(tx, site_id)
    if as_json:
        _print([_use(row) for row in rows])
        return
    for row in rows:
        _tell_use(row, as_json=False)


def _deps() -> Deps:
    return build_deps(read_settings())


def _object(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise click.ClickException(f"{path} holds no JSON object")
    return content


def _tell_model(row: GradingModelRow, *, as_json: bool) -> None:
    if as_json:
        _print(_model(row))
        return
    click.echo(f"{row.name}\n  head      {row.head_sha256.hex()}\n  licence   {row.licence}")
    click.echo(f"  since     {row.registered_at.isoformat()} by {row.registered_by}")
    for title, members in (("data sheet", row.data_sheet), ("metrics", row.metrics)):
        click.echo(f"  {title}: {json.dumps(members, ensure_ascii=False)}")


def _tell_use(row: ModelUseRow, *, as_json: bool) -> None:
    if as_json:
        _print(_use(row))
        return
    click.echo(
        f"{row.site_id} {row.version}: {row.head_sha256.hex()[:12]} {row.mode}"
        f" since {row.since.isoformat()} ({row.reason})"
    )


def _model(row: GradingModelRow) -> dict[str, Any]:
    return dataclasses.asdict(row) | {
        "head_sha256": row.head_sha256.hex(),
        "registered_at": row.registered_at.isoformat(),
    }


def _use(row: ModelUseRow) -> dict[str, Any]:
    settings = row.settings_sha256
    return dataclasses.asdict(row) | {
        "head_sha256": row.head_sha256.hex(),
        "settings_sha256": None if settings is None else settings.hex(),
        "since": row.since.isoformat(),
    }


def _print(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
