"""What a site sets for grades: which codes it buys in a form, what it pays, and how long a seller
may appeal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.grade import require_known_grade
from service.domain.trade_grade import FORM_BY_TRADE_GRADE
from service.domain.units import WHOLE_BP

FORMS = tuple(sorted(set(FORM_BY_TRADE_GRADE.values())))
"""The nine forms: how a load looks, and nothing more."""

MOST_APPEAL_HOURS = 24 * 90
MOST_PRICE_FEN_PER_T = 100_000_000


class GradeRulesError(RuleBrokenError):
    """A setting for grades is outside its range, or names what does not exist."""

    message = gettext_noop("The settings for grades say %(value)s; allowed is %(limit)s.")


class RulesReasonMissingError(RuleBrokenError):
    """Settings are changed without saying why."""

    message = gettext_noop("Say why the settings change; it stays on record with them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRules:
    """Settings of one site, as the product has them where it set none.

    ``form_grades`` lists the catalogue codes that the site buys in a form; ``prices_fen_per_t`` is
    what it pays its sellers for a code. ``appeal_hours`` count from the decision; ``tolerance_bp``
    is how far two opinions on the main share may lie apart and still agree.
    """

    form_grades: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prices_fen_per_t: Mapping[str, int] = field(default_factory=dict)
    appeal_hours: int = 72
    tolerance_bp: int = 1_000

    def __post_init__(self) -> None:
        """Refuse forms and codes that do not exist, and figures outside their ranges."""
        for form, codes in self.form_grades.items():
            if form not in FORMS:
                raise GradeRulesError(field="form_grades", value=form[:32], limit=", ".join(FORMS))
            for code in codes:
                require_known_grade(code, field=f"form-{form}")
        for code, price in self.prices_fen_per_t.items():
            require_known_grade(code, field=f"price-{code[:16]}")
            _in_range(f"price-{code}", price, 0, MOST_PRICE_FEN_PER_T)
        _in_range("appeal_hours", self.appeal_hours, 1, MOST_APPEAL_HOURS)
        _in_range("tolerance_bp", self.tolerance_bp, 0, WHOLE_BP)

    @property
    def decided_forms(self) -> int:
        """How many forms stand for exactly one code here."""
        return sum(len(codes) == 1 for codes in self.form_grades.values())

    def only_grade(self, form: str | None) -> str | None:
        """The one code that the site buys in ``form``; None for none and for several."""
        codes = self.form_grades.get(form or "", ())
        return codes[0] if len(codes) == 1 else None


def rules_reason(text: str) -> str:
    """Why settings change, without surrounding space; raises ``RulesReasonMissingError``."""
    if not text.strip():
        raise RulesReasonMissingError(field="reason")
    return text.strip()[:500]


def _in_range(name: str, value: Any, least: int, most: int) -> None:
    if not least <= value <= most:
        raise GradeRulesError(field=name, value=f"{name} {value}", limit=f"{least}–{most}")
