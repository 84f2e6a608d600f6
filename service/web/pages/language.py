"""Translation with its types: English in, the reader's language out."""

from typing import Any

import flask_babel
from flask_babel.speaklater import LazyString


def _(text: str, **values: Any) -> str:
    """``text`` in the reader's language, its places filled with ``values``."""
    return str(flask_babel.gettext(text, **values))


def _l(text: str) -> LazyString:
    """``text`` in the language of the reader for whom it is shown later."""
    return flask_babel.lazy_gettext(text)


def ngettext(singular: str, plural: str, num: int) -> str:
    """The form for ``num`` things, which also fills ``%(num)s``."""
    return str(flask_babel.ngettext(singular, plural, num))
