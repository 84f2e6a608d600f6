"""``ferrotrace catalogues``: what the grade catalogues say, and which figures nobody here read."""

import json
from typing import Any

import click

from service.bootstrap.engine import catalogues

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("catalogues")
def command() -> None:
    """List the grade catalogues and mill tables, or show one of them."""


@command.command("list")
@_json
def list_all(*, as_json: bool) -> None:
    """Name every catalogue and mill table with its edition and the hash of its file."""
    shelf = catalogues()
    rows = [_line(row, "catalogue_id", "grade_standard") for row in shelf["catalogues"]]
    rows += [_line(row, "mill_id", "mill") for row in shelf["mills"]]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        mark = "example  " if row["is_example"] else ""
        click.echo(f"{row['id']}  {row['name']} ({row['edition']})  {mark}{row['sha256']}")


def _line(row: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    return {
        "id": row[key],
        "name": row[name],
        "edition": row["edition"],
        "superseded_by": row.get("superseded_by"),
        "is_example": row.get("is_example", False),
        "sha256": row["sha256"],
    }


@command.command("show")
@click.argument("name")
@_json
def show(*, name: str, as_json: bool) -> None:
    """Print one catalogue or mill table; what was not read is marked unverified."""
    shelf = catalogues()
    by_name = {row["catalogue_id"]: row for row in shelf["catalogues"]}
    by_name |= {row["mill_id"]: row for row in shelf["mills"]}
    if name not in by_name:
        raise click.ClickException(f"{name} is none of {', '.join(by_name)}")
    found = by_name[name]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for member in ("grade_standard", "mill", "edition", "in_force_from", "superseded_by", "source"):
        if found.get(member) is not None:
            click.echo(f"{member}: {found[member]}")
    click.echo(f"sha256: {found['sha256']}")
    for row in found.get("grades") or found["classes"]:
        click.echo(f"{row['code']}  {row['name_zh']}  {row['name_en']}")
        for figure, confidence in row["confidence"].items():
            said = "unverified" if confidence == "unverified" else _text(row.get(figure))
            if figure not in {"name", "code"} or confidence == "unverified":
                click.echo(f"    {figure}: {said}")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
