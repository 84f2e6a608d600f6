"""The answer of a verification in plain words: the answer first, then the checks one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString

from service.web.pages.figures import moment
from service.web.pages.language import _, _l, ngettext
from service.web.pages.words import CHECKS, Mark, mark


@dataclass(frozen=True, slots=True)
class _Words:
    """What a check asks, and what its VALID, INVALID, ERROR and SKIPPED mean."""

    question: LazyString
    valid: LazyString
    invalid: LazyString
    error: LazyString
    skipped: LazyString


_CHECKS: Mapping[str, _Words] = {
    "DOCUMENT_INTEGRITY": _Words(
        _l("The content is unchanged"),
        _l("Every field was recomputed and matches the sealed fingerprint."),
        _l("At least one field is not what was sealed."),
        _l("The file cannot be read by this verifier."),
        _l("Nothing to compare."),
    ),
    "ISSUER_IDENTITY": _Words(
        _l("It really comes from the company it names"),
        _l("The company's own address names the same register."),
        _l("The company's own address names another register."),
        _l("This verifier does not know the company and cannot ask."),
        _l("The file names no company."),
    ),
    "DOCUMENT_STATUS": _Words(
        _l("Sealed and not withdrawn"),
        _l("It is on the public record and was neither withdrawn nor corrected."),
        _l("It is not on the public record, or was withdrawn."),
        _l("The public record cannot be asked now."),
        _l("The file says nothing of the public record."),
    ),
    "LOG_INCLUSION": _Words(
        _l("Part of the full record"),
        _l("It has its place in the record, where nothing can be slipped in later."),
        _l("Its place in the record does not fit."),
        _l("Its place in the record cannot be checked now."),
        _l("The file says nothing of its place in the record."),
    ),
    "LOG_CONSISTENCY": _Words(
        _l("Was history rewritten?"),
        _l("The record still contains everything this verifier saw before."),
        _l("The record no longer contains what this verifier saw before."),
        _l("The older state cannot be compared now."),
        _l("There is nothing older to compare with; next time there will be."),
    ),
    "CHAIN_ANCHOR": _Words(
        _l("The seal holds"),
        _l("The seal stands in the public record, under the company's own register."),
        _l("The seal does not fit the public record."),
        _l("No trusted source knows the seal yet."),
        _l("The file carries no seal."),
    ),
    "DISCLOSURE_POLICY": _Words(
        _l("Nothing needed is hidden"),
        _l("Every field that the reader needs is open."),
        _l("A field that the reader needs is hidden."),
        _l("It is not known what the reader needs."),
        _l("You did not say who needs to rely on it."),
    ),
    "RECORD_SEMANTICS": _Words(
        _l("The figures add up"),
        _l("Masses, amounts and carbon figures were computed again and agree."),
        _l("A figure does not follow from the others."),
        _l("A figure cannot be computed again here."),
        _l("The figures needed for it are hidden, or there are none."),
    ),
    "LINEAGE": _Words(
        _l("Its sources hold"),
        _l("The documents it comes from exist and are valid."),
        _l("A document it comes from is invalid or withdrawn."),
        _l("The documents it comes from are not in this file; verify them too."),
        _l("It is a first record and has no sources."),
    ),
}

_VERDICTS: Mapping[str, Mark] = {
    "VALID": Mark("ok", _l("Valid")),
    "INVALID": Mark("bad", _l("Invalid")),
    "ERROR": Mark("warn", _l("Could not tell")),
}


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check with its question and its answer."""

    type: str
    mark: Mark
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """The answer first: one word, one colour, one sentence, and what may be done with it."""

    tone: str
    word: str
    sentence: str
    advice: str
    count: str


def checks(answer: Mapping[str, Any]) -> list[ShownCheck]:
    """The checks of ``answer`` as they are told."""
    return [_check(check) for check in answer["checks"]]


def _check(check: Mapping[str, Any]) -> ShownCheck:
    words = _CHECKS.get(check["type"])
    shown = mark(CHECKS, check["status"])
    if words is None:
        return ShownCheck(check["type"], shown, str(check["name"]), "")
    by_status = {
        "VALID": words.valid,
        "INVALID": words.invalid,
        "ERROR": words.error,
        "SKIPPED": words.skipped,
    }
    return ShownCheck(check["type"], shown, str(words.question), str(by_status[check["status"]]))


def verdict(answer: Mapping[str, Any], kind: str) -> ShownVerdict:
    """``answer`` about a document of this kind (its word), in one sentence."""
    status = answer["verdict"]
    shown = mark(_VERDICTS, status)
    return ShownVerdict(
        tone=shown.tone,
        word=str(shown.word),
        sentence=_sentence(answer, status, kind),
        advice=_advice(status),
        count=_count(answer["checks"]),
    )


def _sentence(answer: Mapping[str, Any], status: str, kind: str) -> str:
    if status == "VALID":
        as_of = answer["as_of"]
        if as_of is None:
            return _("%(kind)s: on record and unchanged.", kind=kind)
        return _(
            "%(kind)s: on record and unchanged, as the record stood at %(at)s.",
            kind=kind,
            at=moment(as_of["time"]),
        )
    if status == "INVALID":
        failed = [check for check in checks(answer) if check.mark.tone == "bad"]
        first = failed[0].answer if failed else ""
        return _("Do not rely on this file. %(why)s", why=first)
    return _("The file may be genuine, but this could not be found out now.")


def _advice(status: str) -> str:
    if status == "VALID":
        return _("You can rely on it to accept, pay or lend.")
    if status == "INVALID":
        return _("Ask the company that issued it for a new proof file and compare.")
    return _("Try again later, or ask the company for its trust file.")


def _count(every: Sequence[Mapping[str, Any]]) -> str:
    valid = sum(check["status"] == "VALID" for check in every)
    others = len(every) - valid
    said = ngettext("%(num)s valid", "%(num)s valid", valid)
    return said if not others else said + ", " + ngettext("%(num)s other", "%(num)s other", others)
