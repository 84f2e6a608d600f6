"""What pydantic refuses, told as offences: place, value and limit, in the reader's language."""

from collections.abc import Iterable

from flask_babel import gettext
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.domain.errors import gettext_noop
from service.web.problem import Offence

_SECRET = frozenset({"password"})

_LIMITS = (
    "ge",
    "gt",
    "le",
    "lt",
    "max_length",
    "min_length",
    "pattern",
    "expected",
    "multiple_of",
    "limit",
)

_MESSAGES = {
    "missing": gettext_noop("This field is required."),
    "extra_forbidden": gettext_noop("This field is not known here."),
    "json_invalid": gettext_noop("The body is not valid JSON."),
    "json_type": gettext_noop("The body is not valid JSON."),
    "model_type": gettext_noop("An object is expected."),
    "model_attributes_type": gettext_noop("An object is expected."),
    "dict_type": gettext_noop("An object is expected."),
    "list_type": gettext_noop("A list is expected."),
    "tuple_type": gettext_noop("A list is expected."),
    "string_type": gettext_noop("A text is expected."),
    "string_unicode": gettext_noop("A text is expected."),
    "string_sub_type": gettext_noop("A text is expected."),
    "int_type": gettext_noop("A whole number is expected."),
    "int_parsing": gettext_noop("A whole number is expected."),
    "int_from_float": gettext_noop("A whole number is expected."),
    "int_parsing_size": gettext_noop("A whole number is expected."),
    "bool_type": gettext_noop("true or false is expected."),
    "bool_parsing": gettext_noop("true or false is expected."),
    "date_type": gettext_noop("A date as YYYY-MM-DD is expected."),
    "date_parsing": gettext_noop("A date as YYYY-MM-DD is expected."),
    "date_from_datetime_parsing": gettext_noop("A date as YYYY-MM-DD is expected."),
    "date_from_datetime_inexact": gettext_noop("A date as YYYY-MM-DD is expected."),
    "enum": gettext_noop("Allowed are %(limit)s."),
    "literal_error": gettext_noop("Allowed are %(limit)s."),
    "greater_than": gettext_noop("The value must be greater than %(limit)s."),
    "greater_than_equal": gettext_noop("The value must be at least %(limit)s."),
    "less_than": gettext_noop("The value must be less than %(limit)s."),
    "less_than_equal": gettext_noop("The value must be at most %(limit)s."),
    "string_too_short": gettext_noop("At least %(limit)s characters are expected."),
    "string_too_long": gettext_noop("At most %(limit)s characters are allowed."),
    "too_short": gettext_noop("At least %(limit)s entries are expected."),
    "too_long": gettext_noop("At most %(limit)s entries are allowed."),
    "string_pattern_mismatch": gettext_noop("The text does not have the expected form."),
}

_OTHERWISE = gettext_noop("The value is not allowed here.")


def offences(error: ValidationError, *, in_body: bool) -> tuple[Offence, ...]:
    """Each refused field of ``error``, in the order of the fields."""
    return tuple(_offence(detail, in_body=in_body) for detail in error.errors(include_url=False))


def _offence(detail: ErrorDetails, *, in_body: bool) -> Offence:
    place = detail["loc"]
    limit = _limit(detail)
    template = _MESSAGES.get(detail["type"], _OTHERWISE)
    return Offence(
        detail=gettext(template, limit=limit) if "%(" in template else gettext(template),
        code=detail["type"],
        pointer=pointer(place) if in_body else None,
        parameter=None if in_body else ".".join(str(part) for part in place),
        value=_value(detail),
        limit=limit,
    )


def pointer(place: Iterable[int | str]) -> str:
    """The JSON pointer (RFC 6901) of a place in the body, as a URI fragment."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return "#" + "".join(f"/{part}" for part in escaped)


def _value(detail: ErrorDetails) -> object:
    """What was sent; not of a missing field, not a whole object, never a password."""
    given = detail["input"]
    is_secret = any(part in _SECRET for part in detail["loc"])
    is_untold = detail["type"] in {"missing", "json_invalid"} or isinstance(given, dict | bytes)
    return None if is_secret or is_untold else given


def _limit(detail: ErrorDetails) -> object:
    context = detail.get("ctx", {})
    return next((context[name] for name in _LIMITS if name in context), None)
