"""The one tree of refusals: a class for each broken rule.

A class carries ``message``, an English text with named places that is also the key of its
translation, and ``code``, the stable name by which programs know the rule. An instance carries the
values that fill the places, so that a page can say the same in the reader's language.
"""

from typing import ClassVar


def gettext_noop(text: str) -> str:
    """Return ``text``: marks a message for extraction by the translation tools."""
    return text


class FerrotraceError(Exception):
    """Anything the product refuses or cannot do; the root of the tree."""

    message: ClassVar[str] = gettext_noop("The request could not be carried out.")

    def __init__(self, *, field: str | None = None, **values: object) -> None:
        """Keep ``field`` (the offending input, dotted path) and the ``values`` of the message."""
        super().__init__(self.message % values if values else self.message)
        self.field = field
        self.values = values

    @property
    def code(self) -> str:
        """Stable name of the broken rule: the class name without ``Error``."""
        return type(self).__name__.removesuffix("Error")


class RuleBrokenError(FerrotraceError):
    """A value is outside what a rule allows."""


class ConflictError(FerrotraceError):
    """The request is right in itself and does not fit the present state."""


class NotFoundError(FerrotraceError):
    """The named thing does not exist, or not for this reader."""

    message = gettext_noop("%(what)s %(key)s was not found.")


class ForbiddenError(FerrotraceError):
    """The actor has no right to do this."""

    message = gettext_noop("You have no right to do this (%(action)s).")


class UnavailableError(FerrotraceError):
    """Something outside (scale, camera, chain) does not answer; unknown, not wrong."""
