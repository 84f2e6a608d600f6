"""Numbers as people write them: plain ASCII digits with at most two after the point."""

import re

from service.domain.errors import RuleBrokenError, gettext_noop

MAX_FRACTION_DIGITS = 2


class NumberTextInvalidError(RuleBrokenError):
    """A text is no plain decimal number."""

    message = gettext_noop("%(value)s is no number of the form %(limit)s.")


def hundredths(text: str, *, integer_digits: int = 9, field: str | None = None) -> int:
    """The number in ``text`` in hundredths: 82801.6 is 8280160, yuan become fen.

    Only ASCII digits, up to ``integer_digits`` of them, and one or two after a point; no sign, no
    space, no separator, no exponent, which ``Decimal`` would accept. Raises
    ``NumberTextInvalidError``. Source: settlement.md, section 1.
    """
    match = re.match(rf"([0-9]{{1,{integer_digits}}})(?:\.([0-9]{{1,2}}))?\Z", text)
    if match is None:
        raise NumberTextInvalidError(
            field=field, value=text[:32], limit=f"{'9' * integer_digits}.99"
        )
    whole, fraction = match[1], match[2] or ""
    return int(whole + fraction.ljust(MAX_FRACTION_DIGITS, "0"))
