"""What each piece costs: steps PRICE and LINE of a settlement."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.price_list import GradePrice, PriceList, list_in_force, price_of
from service.domain.settlement_load import Load
from service.domain.settlement_shares import Piece
from service.domain.settlement_terms import MixPriceKind, Terms
from service.domain.settlement_trace import Step, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLine:
    """Kilograms at one price and their amount.

    ``num`` / ``den`` of ``price_fen_per_t`` is paid: a factor price is never rounded on its own.
    """

    line: str
    kg: int
    price_fen_per_t: int
    num: int
    den: int
    amount_fen: int


def price_list_used(terms: Terms, load: Load) -> PriceList | None:
    """The list in force on the price date, ``None`` where the contract itself fixes the prices.

    Raises ``PriceListMissingError``.
    """
    return None if terms.prices else list_in_force(terms.price_lists, load.price_on)


def settlement_lines(
    pieces: Sequence[Piece], terms: Terms, load: Load, trace: Trace
) -> tuple[SettlementLine, ...]:
    """A line for each piece, its amount rounded once; nothing is rounded afterwards."""
    price_list = price_list_used(terms, load)
    prices = terms.prices if price_list is None else price_list.prices
    if price_list is not None:
        trace.write(Step.PRICE, f"list {price_list.version} on {load.price_on.isoformat()}")
    return tuple(_line(piece, prices, terms, trace) for piece in pieces)


def _line(piece: Piece, prices: Sequence[GradePrice], terms: Terms, trace: Trace) -> SettlementLine:
    price_fen_per_t, num, den = _price(piece, prices)
    amount_fen = terms.rounding.money.divide(piece.kg * price_fen_per_t * num, 1000 * den)
    trace.write(
        Step.LINE,
        f"{piece.name}: {piece.kg} kg * {price_fen_per_t} * {num} / {den} / 1000 = "
        f"{amount_fen} fen",
    )
    return SettlementLine(
        line=piece.name,
        kg=piece.kg,
        price_fen_per_t=price_fen_per_t,
        num=num,
        den=den,
        amount_fen=amount_fen,
    )


def _price(piece: Piece, prices: Sequence[GradePrice]) -> tuple[int, int, int]:
    """Price of a piece in fen per tonne, with the fraction of it that is paid."""
    tier = piece.tier
    if tier is None:
        return price_of(piece.grade, prices), 1, 1
    if tier.kind is MixPriceKind.AS_IMPURITY:
        return 0, 1, 1
    price_fen_per_t = price_of(piece.grade, prices)
    if tier.kind is MixPriceKind.FACTOR:
        return price_fen_per_t, tier.num, tier.den
    return price_fen_per_t + tier.offset_fen_per_t, 1, 1
