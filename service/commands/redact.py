"""``ferrotrace redact``: a smaller copy of a bundle, made on any machine, without any service."""

from pathlib import Path

import click

from service.domain.errors import FerrotraceError
from service.usecases.redaction import AUDIENCES, Field, Lock, fields_of, smaller_bundle

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WHY = {Lock.ALWAYS: "always visible", Lock.AUDIENCE: "needed by the {audience}", None: ""}


@click.command("redact")
@click.argument("bundle", metavar="BUNDLE", type=_FILE)
@click.option("--hide", multiple=True, metavar="PATH", help="Field or whole object; repeatable.")
@click.option("--audience", type=click.Choice(AUDIENCES), help="Who must still be able to rely.")
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the smaller bundle here.",
)
def command(bundle: Path, *, hide: tuple[str, ...], audience: str | None, out: Path | None) -> None:
    """Hide fields of a bundle; every proof in it still holds.

    Without --hide the fields are listed, with those that must stay. With --audience nothing is
    hidden that a plant or a bank needs. What is hidden is not in the new file.
    """
    raw = bundle.read_bytes()
    try:
        if not hide:
            fields = fields_of(raw, audience)
            click.echo("\n".join(_line(field, audience) for field in fields))
            return
        if out is None:
            raise click.UsageError("Name the new file with -o.")
        smaller = smaller_bundle(raw, hide, audience)
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    out.write_bytes(smaller.content)
    click.echo(f"{smaller.visible} values visible, {smaller.hidden} hidden: {out}")


def _line(field: Field, audience: str | None) -> str:
    value = f"({field.leaves} values)" if field.is_group else str(field.value)
    why = _WHY[field.lock].format(audience=audience)
    return f"{field.path}  {value}{f'  [{why}]' if why else ''}"
