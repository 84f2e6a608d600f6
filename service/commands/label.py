"""``ferrotrace label``: the pictures of a site become a data set, labelled without proposals."""

import json
import webbrowser
from pathlib import Path

import click
from werkzeug.serving import make_server

from service.bootstrap.deps import build_deps
from service.bootstrap.engine import grading_label
from service.commands.label_page import LabelDesk, label_app
from service.commands.users import CONSOLE
from service.config import read_settings
from service.domain.errors import FerrotraceError
from service.usecases.label import labelled_loads

SUFFIX_BY_TYPE = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

_dataset = click.argument("dataset", type=click.Path(file_okay=False, path_type=Path))


@click.group("label")
def command() -> None:
    """Make and extend a data set of labelled pictures in the folder DATASET."""


@command.command("add")
@_dataset
@click.option(
    "--photos",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose pictures are copied in by their hash; its names are not kept.",
)
def add(*, dataset: Path, photos: Path) -> None:
    """Add pictures that nobody has labelled yet."""
    new = grading_label().add_pictures(dataset, photos)
    click.echo(f"{new} new pictures in {dataset}.")


@command.command("page")
@_dataset
@click.option("--inspector", required=True, help="Who labels; several may, each for himself.")
@click.option("--port", default=0, help="Port on this machine; default: a free one.")
@click.option("--open/--no-open", "opens", default=True, help="Open the browser.")
def page(*, dataset: Path, inspector: str, port: int, opens: bool) -> None:
    """Serve the page on which INSPECTOR labels, to this machine alone; Ctrl+C ends it."""
    desk = LabelDesk(dataset, inspector, grading_label())
    server = make_server("127.0.0.1", port, label_app(desk), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}/"
    click.echo(f"Label {len(desk.pictures)} pictures at {address}")
    if opens:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Labels are kept.")
    finally:
        server.server_close()


@command.command("collect")
@_dataset
@click.option("--site", "site_id", required=True, help="Whose loads.")
@click.option("--licence", required=True, help="Terms of the pictures, in the site's own words.")
@click.option("--consent", required=True, help="Whose consent they are used with.")
def collect(*, dataset: Path, site_id: str, licence: str, consent: str) -> None:
    """Add the loads that inspectors judged blind, and appeals closed after blind reviews."""
    engine = grading_label()
    known = {line["load"] + line["source"] for line in engine.loads(dataset)}
    added = 0
    try:
        deps = build_deps(read_settings())
        for load in labelled_loads(site_id, CONSOLE, deps, licence=licence, consent=consent):
            if str(load.line["load"]) + str(load.line["source"]) in known:
                continue
            for each in load.pictures:
                engine.add_picture(dataset, each.content, SUFFIX_BY_TYPE[each.media_type])
            engine.append_line(dataset / "loads.jsonl", load.line)
            added += 1
    except FerrotraceError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{added} new loads in {dataset}.")


@command.command("export")
@_dataset
@click.option(
    "--labels-min",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="A picture needs so many labels; more than half must agree. Three make a truth.",
)
def export(*, dataset: Path, labels_min: int) -> None:
    """Write class folders for train and evaluate, and the drawn areas as COCO."""
    click.echo(json.dumps(grading_label().export(dataset, labels_min=labels_min), indent=2))
