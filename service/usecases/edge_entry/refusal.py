"""The refusal of a held entry, kept so that it can be said again in the reader's language."""

from typing import Any

from service.domain.errors import FerrotraceError


def values_as_json(refusal: FerrotraceError) -> dict[str, Any]:
    """What fills the places of the refusal's message: numbers stay numbers, the rest is text."""
    return {
        name: value if isinstance(value, int | str) else str(value)
        for name, value in refusal.values.items()
    }
