"""Figures as people read them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from service.web.pages import figures, queue, words
from service.web.pages.charts import Chart, mass_bars


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    app = Flask("words")
    Babel(app, default_locale="en")
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (figures.kg(48_620), "48,620"),
        (figures.kg(-40), "−40"),
        (figures.kg(None), "——"),
        (figures.signed_kg(-40), "−40"),
        (figures.signed_kg(40), "+40"),
        (figures.signed_kg(0), "0"),
        (figures.tonnes(32_238), "32.238"),
        (figures.yuan(11_683_370), "116,833.70"),
        (figures.yuan(-10_005), "−100.05"),
        (figures.yuan(None), "——"),
        (figures.percent(6_200), "62\N{NO-BREAK SPACE}%"),
        (figures.percent(120), "1.20\N{NO-BREAK SPACE}%"),
        (figures.percent(None), "——"),
        (figures.decimal("1234.50"), "1,234.50"),
        (figures.decimal(None), "——"),
        (figures.thousandths("47.31470376"), "47.315"),
        (figures.thousandths(None), "——"),
        (figures.moment("2026-11-20T06:32:06Z"), "2026-11-20 14:32:06"),
        (figures.moment(None), "——"),
        (figures.clock(datetime(2020, 1, 1, 16, 30, tzinfo=UTC)), "01-02 00:30"),
        (figures.clock(None), "——"),
        (figures.day(datetime(2026, 11, 19, 17, tzinfo=UTC)), "2026-11-20"),
        (figures.day(date(2026, 11, 20)), "2026-11-20"),
        (figures.day("2026-11-20"), "2026-11-20"),
        (figures.day(None), "——"),
        (figures.span(timedelta(seconds=42)), "42 s"),
        (figures.span(timedelta(minutes=31)), "31 min"),
        (figures.span(timedelta(minutes=95)), "1 h 35 min"),
        (figures.plate("辽EDEMO1"), "辽E·DEMO1"),
        (figures.plate("AB123"), "AB123"),
        (figures.hexed(b"\x9f\x3c"), "9f3c"),
        (figures.short_hash("9f3c07d2a61be845" * 4), "9f3c07d2a61b…a61be845"),
        (figures.short_id("LN01-26-004217"), "LN01-26-004217"),
        (figures.short_id("0199aaaa-bbbb-cccc-dddd-eeeeffff0000"), "…eeeeffff0000"),
        (figures.named(None), "——"),
    ],
)
def test_a_figure_reads(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_time_of_today_needs_no_day() -> None:
    assert len(figures.clock(datetime.now(UTC))) == len("14:32")


def test_a_name_is_in_the_readers_language() -> None:
    base = SimpleNamespace(name_zh="北河一号基地", name_en="Beihe base 1")
    assert figures.named(base) == "Beihe base 1"
    with force_locale("zh"):
        assert figures.named(base) == "北河一号基地"


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert words.word(words.STEPS, "flown") == "flown"
    assert words.mark(words.PROOFS, "lost") == words.Mark("skip", "lost")
    assert words.language_name("eo") == "eo"
    assert words.tone_icon("purple") == "skipc"


def test_the_heaviest_bar_is_the_widest() -> None:
    bars = mass_bars([("HRS101", 20_000), ("MRS201", 5_000)])
    assert [bar.width for bar in bars] == [200, 50]
    chart = Chart(title="t", note="n", label="l", unit="kg", bars=bars)
    assert chart.height == 60
    assert mass_bars([]) == []


@pytest.mark.parametrize(
    ("minutes", "tone", "words_of_stay"),
    [
        (14, "ok", "14 min"),
        (52, "warn", "52 min, nearly over"),
        (71, "bad", "1 h 11 min, over time"),
    ],
)
def test_a_long_stay_is_said_in_words_and_tone(minutes: int, tone: str, words_of_stay: str) -> None:
    assert queue.tone_of(minutes) == tone
    assert queue.stay_of(timedelta(minutes=minutes)) == words_of_stay
