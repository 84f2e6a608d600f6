"""The light limit on what strangers may ask."""

from service.web import throttle
from service.web.throttle import Throttle


def test_an_address_may_ask_at_once_as_often_as_in_a_minute_and_then_waits() -> None:
    limit = Throttle(per_minute=3)
    assert [limit.takes("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert not limit.takes("a", 19.0)
    assert limit.takes("a", 40.0)


def test_another_address_is_not_hindered() -> None:
    limit = Throttle(per_minute=1)
    assert limit.takes("a", 0.0)
    assert limit.takes("b", 0.0)


def test_a_long_silence_saves_nothing_up() -> None:
    limit = Throttle(per_minute=2)
    assert limit.takes("a", 0.0)
    assert [limit.takes("a", 9_999.0) for _ in range(3)] == [True, True, False]


def test_only_so_many_addresses_are_remembered() -> None:
    limit = Throttle(per_minute=1)
    for number in range(throttle.REMEMBERED + 1):
        assert limit.takes(str(number), 0.0)
    assert limit.takes("0", 0.0)
    assert not limit.takes(str(throttle.REMEMBERED), 0.0)
