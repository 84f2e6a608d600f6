"""No identity numbers in what goes on record (C20).

Plates and names stand in documents salted, each under its own hash, and can be redacted; nothing of
a person goes on chain (``proof.document``). This rule keeps numbers out of free text.
"""

import re
from collections.abc import Iterator

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding

_CARD_NUMBER = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx](?![0-9])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def personal_data(facts: ControlFacts, _policy: ControlPolicy) -> Iterator[Finding]:
    """C20: no text that goes on record holds the number of an identity card."""
    if facts.texts:
        found = sum(len(identity_numbers(text)) for text in facts.texts)
        yield Finding(control="C20", field="texts", broken=found > 0, value=str(found), limit="0")


def identity_numbers(text: str) -> list[str]:
    """Numbers in ``text`` that are identity card numbers by form and check (GB 11643-1999)."""
    return [number for number in _CARD_NUMBER.findall(text) if _checks(number)]


def _checks(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_CHARACTERS[total % 11] == number[-1].upper()
