"""Chinese and English are complete: every message has its words, and the catalogues are current.

English is the language of the message ids, so that there is one catalogue, the Chinese one.
"""

from io import BytesIO
from pathlib import Path
from string import ascii_letters

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from service.usecases.identity import LOCALES

ROOT = Path(__file__).parents[3]
ZH = ROOT / "service/web/translations/zh/LC_MESSAGES"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None, "_l": None}

SAME_IN_CHINESE: set[str] = set()
"""Messages whose Chinese is their English; none so far."""


def catalogue() -> Catalog:
    with (ZH / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def entries() -> list[Message]:
    return [message for message in catalogue() if message.id]


def ids_of(message: Message) -> tuple[str, ...]:
    ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
    return tuple(str(text) for text in ids)


def strings_of(message: Message) -> tuple[str, ...]:
    strings = message.string
    found = strings if isinstance(strings, list | tuple) else (strings,)
    return tuple(str(text) for text in found)


def extracted() -> set[str]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT / "service", methods, options, keywords=KEYWORDS)
    return {
        message if isinstance(message, str) else message[0]
        for _file, _line, message, _comments, _context in found
        if message
    }


def test_there_are_two_languages_and_english_is_the_source() -> None:
    assert LOCALES == ("zh", "en")
    assert [path.name for path in (ROOT / "service/web/translations").iterdir()] == ["zh"]


def test_every_message_of_the_code_is_in_the_catalogue_and_nothing_else_is() -> None:
    known = {ids_of(message)[0] for message in entries()}
    assert extracted() - known == set()
    assert known - extracted() == set()


def test_every_message_is_translated_with_the_same_places() -> None:
    known = catalogue()
    for message in entries():
        assert not message.fuzzy, message.id
        for string in strings_of(message):
            assert string.strip(), message.id
            assert string not in ids_of(message) or string in SAME_IN_CHINESE, message.id
        assert not [str(error) for error in message.check(known)], message.id


def test_chinese_speaks_chinese() -> None:
    silent = [
        ids_of(message)[0]
        for message in entries()
        if not any("\u4e00" <= letter <= "\u9fff" for letter in strings_of(message)[0])
        and any(letter in ascii_letters for letter in strings_of(message)[0])
    ]
    assert silent == []


def test_the_compiled_catalogue_is_the_readable_one() -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    with (ZH / "messages.mo").open("rb") as file:
        shipped = read_mo(file)
    fresh = read_mo(compiled)
    assert {ids_of(m)[0]: m.string for m in shipped if m.id} == {
        ids_of(m)[0]: m.string for m in fresh if m.id
    }
