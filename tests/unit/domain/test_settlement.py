from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from service.domain.errors import FerrotraceError
from service.domain.price_list import GradeNotInContractError, GradePrice, PriceList
from service.domain.settlement import (
    SETTLEMENT_REFUSALS,
    ContractNotEffectiveError,
    DeliveryAlreadySettledError,
    ProhibitedMaterialError,
    settle,
)
from service.domain.settlement_load import GradePart, Load, ScaleWeights
from service.domain.settlement_terms import Terms
from service.domain.settlement_weight import WeightSourceNotAdmissibleError
from service.domain.weighing import Source

PRICE_ON = date(2026, 9, 15)
HEAVY = GradePrice(grade="HRS101", price_fen_per_t=365_000)
LIST = PriceList(
    price_list_id="PL-1",
    version="2026-18",
    valid_from=date(2026, 9, 15),
    valid_to=date(2026, 9, 30),
    buyer_id="PLANT-1",
    prices=(HEAVY,),
)
TERMS = Terms(price_lists=(LIST,))


def weights(source: Source = Source.LIVE, approved_by: str | None = None) -> ScaleWeights:
    return ScaleWeights(gross_kg=48_620, tare_kg=16_140, source=source, approved_by=approved_by)


LOAD = Load(
    price_on=PRICE_ON,
    buyer_weights=weights(),
    grades=(GradePart(grade="HRS101", share_bp=10_000),),
)


def test_a_delivery_is_settled_by_the_list_in_force() -> None:
    settlement = settle(TERMS, LOAD)
    assert settlement.price_list is LIST
    assert settlement.price_on == PRICE_ON
    assert settlement.settlement_kg == 32_480
    assert (settlement.gross_fen, settlement.net_fen, settlement.tax_fen) == (
        11_855_200,
        10_491_327,
        1_363_873,
    )
    assert (settlement.payable_fen, settlement.receivable_fen) == (11_855_200, 0)


def test_prices_fixed_in_the_contract_need_no_list() -> None:
    settlement = settle(Terms(prices=(HEAVY,)), LOAD)
    assert settlement.price_list is None
    assert settlement.gross_fen == 11_855_200


def test_the_trace_names_every_step_and_its_hash_is_that_of_its_text() -> None:
    settlement = settle(TERMS, LOAD)
    text = (
        "WEIGHT\tbuyer LIVE: 48620 - 16140 = 32480 kg\n"
        "BASIS\tBUYER_SCALE: 32480 kg\n"
        "SETTLEMENT_KG\t32480 - 0 = 32480 kg\n"
        "SHARES\tHRS101: 32480 kg\n"
        "PRICE\tlist 2026-18 on 2026-09-15\n"
        "LINE\tHRS101: 32480 kg * 365000 * 1 / 1 / 1000 = 11855200 fen\n"
        "GROSS\t11855200 fen\n"
        "TAX\t1300 bp: net 10491327 + tax 1363873 = 11855200 fen\n"
        "PAYABLE\t11855200 - 0 = 11855200 fen\n"
    )
    lines = [f"{line.step}\t{line.calculation}\n" for line in settlement.trace]
    assert "".join(lines) == text
    assert settlement.trace_sha256 == sha256(text.encode()).hexdigest()


def test_the_same_delivery_gives_the_same_trace_and_another_gives_another() -> None:
    heavier = replace(LOAD, buyer_weights=replace(weights(), gross_kg=48_640))
    assert settle(TERMS, LOAD).trace_sha256 == settle(TERMS, LOAD).trace_sha256
    assert settle(TERMS, heavier).trace_sha256 != settle(TERMS, LOAD).trace_sha256


@pytest.mark.parametrize(
    ("source", "approved_by", "demo", "settles"),
    [
        (Source.LIVE, None, False, True),
        (Source.LIVE, None, True, True),
        (Source.SIM, None, False, False),
        (Source.SIM, "u-7", False, False),
        (Source.SIM, None, True, True),
        (Source.MANUAL, None, False, False),
        (Source.MANUAL, "", False, False),
        (Source.MANUAL, "u-7", False, True),
        (Source.REPLAY, "u-7", False, False),
        (Source.REPLAY, None, True, False),
    ],
)
def test_only_admissible_weights_settle(
    source: Source, approved_by: str | None, *, demo: bool, settles: bool
) -> None:
    load = replace(LOAD, buyer_weights=weights(source, approved_by))
    if settles:
        assert settle(TERMS, load, demo=demo).settlement_kg == 32_480
    else:
        with pytest.raises(WeightSourceNotAdmissibleError, match=source.value):
            settle(TERMS, load, demo=demo)


@pytest.mark.parametrize(
    ("terms", "load", "error"),
    [
        (replace(TERMS, state="SUSPENDED"), LOAD, ContractNotEffectiveError),
        (replace(TERMS, valid_to=date(2026, 9, 14)), LOAD, ContractNotEffectiveError),
        (replace(TERMS, valid_from=date(2026, 9, 16)), LOAD, ContractNotEffectiveError),
        (TERMS, replace(LOAD, live_settlement_no="ST-1"), DeliveryAlreadySettledError),
        (TERMS, replace(LOAD, prohibited="SEALED_VESSEL"), ProhibitedMaterialError),
        (
            TERMS,
            replace(LOAD, grades=(GradePart(grade="X", share_bp=10_000),)),
            GradeNotInContractError,
        ),
    ],
)
def test_a_delivery_outside_the_contract_is_refused(
    terms: Terms, load: Load, error: type[FerrotraceError]
) -> None:
    with pytest.raises(error):
        settle(terms, load)


def test_a_grade_of_another_list_has_no_price_in_the_list_in_force() -> None:
    other = replace(
        LIST,
        version="2026-19",
        valid_from=date(2026, 10, 1),
        valid_to=date(2026, 10, 14),
        prices=(GradePrice(grade="MRS201", price_fen_per_t=1),),
    )
    load = replace(LOAD, grades=(GradePart(grade="MRS201", share_bp=10_000),))
    with pytest.raises(GradeNotInContractError):
        settle(Terms(price_lists=(LIST, other)), load)


def test_reasons_of_refusal_have_one_name_each() -> None:
    assert len(set(SETTLEMENT_REFUSALS.values())) == len(SETTLEMENT_REFUSALS) == 18
