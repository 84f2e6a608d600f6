"""Who holds a delivery, as a verifier asks the lien registry of a chain."""

import pytest

from service.chain.reader import NotARegistryError
from tests.support.liens_on_chain import HOUR_S, LiensOnChain, pass_time


def holder(liens: LiensOnChain) -> str | None:
    return liens.registry.client.lien_holder(liens.client.address, liens.key)


def test_a_free_delivery_is_held_by_nobody(liens: LiensOnChain) -> None:
    assert holder(liens) is None


def test_a_reservation_holds_until_it_ran_out(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    assert holder(liens) == liens.registry.bank.address
    pass_time(liens, HOUR_S + 60)
    assert holder(liens) is None


def test_a_lien_holds_for_good_also_when_all_is_released(liens: LiensOnChain) -> None:
    for order in (liens.reserve, liens.finance, lambda: liens.release(10_000)):
        liens.relayed(order())
    pass_time(liens, 2 * HOUR_S)
    assert holder(liens) == liens.registry.bank.address


def test_another_contract_tells_nothing(liens: LiensOnChain) -> None:
    client = liens.registry.client
    with pytest.raises(NotARegistryError):
        client.lien_holder(liens.registry.stranger.address, liens.key)
