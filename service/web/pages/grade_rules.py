"""What the sites set for grades: codes by form, prices for sellers, period and tolerance."""

from collections.abc import Mapping
from decimal import Decimal

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field, TypeAdapter

from service.domain.access import Action
from service.domain.grade import CATALOGUE, GRADE_STANDARD
from service.domain.grade_rules import FORMS, GradeRules
from service.storage.grade_rules import as_rules, grade_rules_versions
from service.storage.views import Reader, SiteRow
from service.usecases.grade_rules import SetGradeRules, set_grade_rules
from service.web.context import actor, allowed, deps, reader
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.people_names import names
from service.web.pages.reading import Directory, directory, found

bp = Blueprint("grade_rules", __name__)

_ROUTE = "/grade-rules/<site:site_id>"
_PRICE, _FORM = "price-", "form-"


class RulesForm(Form):
    """Period, tolerance and reason; codes by form and prices stand beside them."""

    appeal_hours: int = Field(ge=1, le=24 * 90)
    tolerance: Decimal = Field(ge=0, le=100, decimal_places=2)
    reason: str = Field("", max_length=500)


class Price(Form):
    """Yuan per tonne, with two decimals."""

    yuan: Decimal = Field(ge=0, le=1_000_000, decimal_places=2)


_PRICES = TypeAdapter(dict[str, Price])


@bp.get("/grade-rules")
def rules() -> ResponseReturnValue:
    """The sites of the reader, each with what it goes by."""
    who = reader(Action.GRADE_RULES_VIEW)
    with deps().db.transaction() as tx:
        sites = _seen(directory(tx), who)
        newest = {site.site_id: grade_rules_versions(tx, site.site_id)[:1] for site in sites}
    found_rules = [(site, [as_rules(row) for row in newest[site.site_id]]) for site in sites]
    shown = [(site, each[0] if each else GradeRules()) for site, each in found_rules]
    return render_template("office/grade_rules_list.html", shown=shown)


@bp.get(_ROUTE)
def site_rules(site_id: str) -> ResponseReturnValue:
    who = reader(Action.GRADE_RULES_VIEW)
    with deps().db.transaction() as tx:
        sites = {site.site_id: site for site in _seen(directory(tx), who)}
        site = found(sites.get(site_id), what="site", key=site_id)
        versions = grade_rules_versions(tx, site_id)
        people = names(tx)
    return render_template(
        "office/grade_rules.html",
        site=site,
        rules=as_rules(versions[0]) if versions else GradeRules(),
        versions=versions,
        names=people,
        forms=FORMS,
        grades=list(CATALOGUE.values()),
        standard=GRADE_STANDARD,
        chosen=request.form.getlist if request.method == "POST" else None,
        may_set=allowed(Action.GRADE_RULES_SET),
    )


@bp.post(_ROUTE)
@shows_again(site_rules)
def post_rules(site_id: str) -> ResponseReturnValue:
    reader(Action.GRADE_RULES_SET)
    form = RulesForm.of_request()
    command = SetGradeRules(
        site_id=site_id,
        rules=GradeRules(
            form_grades=_form_grades(),
            prices_fen_per_t=_prices(),
            appeal_hours=form.appeal_hours,
            tolerance_bp=int(form.tolerance * 100),
        ),
        reason=form.reason,
    )

    def done() -> str:
        set_grade_rules(command, actor(), deps())
        return url_for("grade_rules.site_rules", site_id=site_id)

    return answered_once(done)


def _form_grades() -> dict[str, tuple[str, ...]]:
    """The codes ticked for each form."""
    sent = {form: tuple(request.form.getlist(_FORM + form)) for form in FORMS}
    return {form: codes for form, codes in sent.items() if codes}


def _prices() -> Mapping[str, int]:
    """Fen per tonne by code, of the fields that were filled."""
    sent = {
        name.removeprefix(_PRICE): {"yuan": value}
        for name, value in request.form.items()
        if name.startswith(_PRICE) and value.strip()
    }
    return {code: int(price.yuan * 100) for code, price in _PRICES.validate_python(sent).items()}


def _seen(known: Directory, who: Reader) -> list[SiteRow]:
    return [site for site in known.bases() if who.all or site.site_id in who.site_ids]
