"""Refusals in the reader's language: the product's own catalogues, read by standard gettext."""

import gettext
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.devices.http_answers import STATUS_BY_ROOT
from service.domain.control import Verdict
from service.domain.errors import FerrotraceError

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


class Messages:
    """The sentences of refusals; ``folder`` holds the catalogues, without it all is English."""

    def __init__(self, folder: Path | None) -> None:
        self._catalogues = {
            language: gettext.translation("messages", folder, [language], fallback=True)
            if folder is not None
            else gettext.NullTranslations()
            for language in LANGUAGES
        }

    def said(self, error: FerrotraceError, language: str) -> str:
        """The sentence of ``error`` with its values; words among these are translated too."""
        values = {name: self.word(value, language) for name, value in error.values.items()}
        if reasons := getattr(error, "reasons", ()):
            values["value"] = " ".join(self.said(each, language) for each in reasons)
        text = self._catalogues[language].gettext(error.message)
        return text % values if values else text

    def word(self, value: object, language: str) -> object:
        """``value``, translated where the catalogue has it as a whole."""
        known = isinstance(value, str) and value and not value.isdigit()
        return self._catalogues[language].gettext(value) if known else value  # type: ignore[arg-type]

    def document(self, error: FerrotraceError, language: str) -> dict[str, Any]:
        """``error`` as members of a problem document, with what stands behind it."""
        members: dict[str, Any] = {
            "code": error.code,
            "message": self.said(error, language),
            "field": error.field,
            **{name: _plain(value) for name, value in error.values.items()},
        }
        reasons = getattr(error, "reasons", ())
        if reasons:
            members["reasons"] = [self.document(each, language) for each in reasons]
        verdicts = getattr(error, "verdicts", ())
        if verdicts:
            members["verdicts"] = [self.verdict(each, language) for each in verdicts]
        return members

    def verdict(self, verdict: Verdict, language: str) -> dict[str, Any]:
        """A verdict as it is kept, with what is wrong in words."""
        return self.kept_verdict({**verdict.record(), "message": verdict.message}, language)

    def kept_verdict(self, record: Mapping[str, Any], language: str) -> dict[str, Any]:
        """A verdict's record with its ``message`` translated; a passed one says nothing."""
        said = record["message"] if record["outcome"] != "PASS" else ""
        text = self._catalogues[language].gettext(said) if said else ""
        places = {"value": record["value"], "limit": record["limit"]}
        return {**record, "message": text % places if "%(" in text else text}


def status_of(error: FerrotraceError) -> int:
    """HTTP status of a refusal."""
    return next((code for root, code in STATUS_BY_ROOT if isinstance(error, root)), 400)


def _plain(value: object) -> object:
    return value if isinstance(value, int | str | None) else str(value)
