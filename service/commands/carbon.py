"""``ferrotrace carbon``: the carbon statement of a mass, or the answers to a file of cases."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from service.commands.carbon_answers import statement_answer
from service.commands.carbon_cases import answer_cases
from service.domain.carbon import (
    DEFAULT_FACTOR_SET_ID,
    Leg,
    Method,
    Processing,
    carbon_statement,
    truck_factor_id,
)
from service.domain.errors import FerrotraceError


class _Distance(click.ParamType[Decimal]):
    """Kilometres as a decimal number in plain digits."""

    name = "km"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            distance_km = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value} is no decimal number", param, ctx)
        if not distance_km.is_finite() or distance_km < 0:
            self.fail(f"{value} is no distance; the least is 0", param, ctx)
        return distance_km


@click.command("carbon")
@click.option("--settlement-kg", type=click.IntRange(min=1), help="Settlement mass of the receipt.")
@click.option("--method", type=click.Choice([method.value for method in Method]), default="M2")
@click.option("--factor-set", "factor_set_id", default=DEFAULT_FACTOR_SET_ID, show_default=True)
@click.option("--carried-kg", type=click.IntRange(min=1), help="Net on the trucks, if it differs.")
@click.option("--inbound-km", type=_Distance(), default="0", help="Way to the base.")
@click.option("--outbound-km", type=_Distance(), default="0", help="Way to the plant.")
@click.option("--grid-year", type=int, default=2023, show_default=True)
@click.option("--grid-region", default="全国", show_default=True)
@click.option(
    "--cases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answer every case of a file instead; what it expects is not read.",
)
@click.option("--json", "_json", is_flag=True, help="Print JSON (always so).")
def carbon(
    *,
    settlement_kg: int | None,
    method: str,
    factor_set_id: str,
    carried_kg: int | None,
    inbound_km: Decimal,
    outbound_km: Decimal,
    grid_year: int,
    grid_region: str,
    cases: Path | None,
    _json: bool,
) -> None:
    """Avoided CO2, gross and net, and standard coal saved, each with its factor; prints JSON.

    M2 is the claim, per tonne of scrap; M1 is the industry's headline, per tonne of steel.
    """
    if (cases is None) == (settlement_kg is None):
        raise click.UsageError("Give either --settlement-kg N or --cases FILE.")
    if cases is not None:
        _print(_case_answers(cases))
        return
    settled_kg = settlement_kg or 0
    mass_kg = carried_kg or settled_kg
    truck = truck_factor_id(mass_kg)
    try:
        statement = carbon_statement(
            settlement_kg=settled_kg,
            carried_kg=mass_kg,
            legs=(
                Leg(name="inbound", distance_km=inbound_km, factor_id=truck),
                Leg(name="outbound", distance_km=outbound_km, factor_id=truck),
            ),
            processing=Processing(grid_year=grid_year, grid_region=grid_region),
            method=Method(method),
            factor_set_id=factor_set_id,
        )
    except FerrotraceError as error:
        raise click.UsageError(str(error)) from error
    _print(statement_answer(statement))


def _case_answers(cases: Path) -> dict[str, dict[str, object]]:
    try:
        return answer_cases(json.loads(cases.read_text(encoding="utf-8")))
    except ValueError as error:
        raise click.UsageError(f"{cases}: {error}") from error


def _print(answer: object) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
