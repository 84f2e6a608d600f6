"""Words that stand as values inside refusals, so that a refusal is told in one language."""

from collections.abc import Mapping

from flask_babel import gettext

from service.domain.control.words import MESSAGES as CONTROL_MESSAGES
from service.domain.errors import gettext_noop

TERMS = frozenset(
    {
        gettext_noop("gross"),
        gettext_noop("tare"),
        gettext_noop("gross, tare"),
        gettext_noop("ticket"),
        gettext_noop("grade decision"),
        gettext_noop("grade proposal"),
        gettext_noop("settlement"),
        gettext_noop("plant receipt"),
        gettext_noop("booking"),
        gettext_noop("waybill"),
        gettext_noop("supplier"),
        gettext_noop("carrier"),
        gettext_noop("plant"),
        gettext_noop("bank"),
        gettext_noop("visit"),
        gettext_noop("weighing"),
        gettext_noop("delivery"),
        gettext_noop("document"),
        gettext_noop("lot"),
        gettext_noop("instrument"),
        gettext_noop("photograph"),
        gettext_noop("user"),
        gettext_noop("payment"),
        gettext_noop("approval"),
        gettext_noop("appeal"),
        gettext_noop("lien"),
        gettext_noop("free"),
        gettext_noop("reserved"),
        gettext_noop("financed"),
        gettext_noop("released"),
        gettext_noop("cancelled"),
        gettext_noop("reserve"),
        gettext_noop("finance"),
        gettext_noop("release"),
        gettext_noop("cancel"),
        gettext_noop("approved"),
        gettext_noop("returned"),
        gettext_noop("demo"),
        gettext_noop("real"),
        gettext_noop("the supplier"),
        gettext_noop("the plant"),
        gettext_noop("the carrier"),
        gettext_noop("a code or a plate"),
        gettext_noop("the way to the plant in km"),
        gettext_noop("the waybill of the delivery"),
        gettext_noop("a lot and its kilograms"),
        gettext_noop("a price for a grade"),
        gettext_noop("edge unit"),
        gettext_noop("entry"),
        gettext_noop("incident"),
        gettext_noop("applied"),
        gettext_noop("set-aside"),
        *CONTROL_MESSAGES.values(),
    }
)


def told(message: str, values: Mapping[str, object]) -> str:
    """A refusal that was kept, with its values, in the reader's language."""
    given = {name: in_reader_language(value) for name, value in values.items()}
    return str(gettext(message, **given) if given else gettext(message))


def in_reader_language(value: object) -> object:
    """``value``, translated where it is one of the words above; figures and names as they are."""
    return gettext(value) if isinstance(value, str) and value in TERMS else value
