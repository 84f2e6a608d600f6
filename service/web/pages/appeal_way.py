"""The way of an appeal, as steps that a seller understands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel.speaklater import LazyString

from service.domain.access import Action
from service.domain.grade_review import THIRD
from service.domain.price_difference import PriceDifference, price_difference
from service.storage import appeal as appeals
from service.storage import views
from service.storage.db import Tx
from service.usecases.grade_review import ReviewState, review_state
from service.web.context import allowed
from service.web.pages.language import _l


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealStep:
    """A step of an appeal: ``state`` is done, now or todo; ``at`` where it is known when."""

    word: LazyString
    state: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAppeal:
    """An appeal with its way; ``reviews`` is None where photographs say nothing about it.

    ``difference`` is what its answer owes, ``documents`` the hashes of all that belongs to it: what
    is appealed against, the reviews, the new decision and the corrected ticket.
    """

    view: views.AppealView
    reviews: ReviewState | None
    way: Sequence[AppealStep]
    difference: PriceDifference | None = None
    documents: frozenset[str] = frozenset()


def shown_appeal(tx: Tx, view: views.AppealView) -> ShownAppeal:
    """The appeal with its reviews, and how far it is."""
    reviews = None
    row = appeals.appeal_by_no(tx, view.appeal_no)
    if row is not None and row.appeals == "grade-decision":
        reviews = review_state(tx, row)
    last = views.document_content(tx, views.EVERYTHING, view.target_hash) or {}
    made = [] if reviews is None else [each.target_hash.hex() for each in reviews.reviews]
    parents = last.get("links", {}).get("parents", {}).values()
    return ShownAppeal(
        view=view,
        reviews=reviews,
        way=list(_way(view, reviews)),
        difference=price_difference(last.get("record", {})),
        documents=frozenset([view.target_hash, *parents, *made]),
    )


def _way(view: views.AppealView, reviews: ReviewState | None) -> Sequence[AppealStep]:
    is_seller = allowed(Action.APPEAL_RAISE) or not allowed(Action.APPEAL_VIEW)
    raised = _l("You appealed") if is_seller else _l("The seller appealed")
    steps = [AppealStep(word=raised, state="done", at=view.raised_at)]
    if view.state == "withdrawn":
        taken = _l("You took it back") if is_seller else _l("The seller took it back")
        return [*steps, AppealStep(word=taken, state="done", at=view.decided_at)]
    steps += _reviews(view, reviews)
    is_open = view.state == "raised"
    is_next = all(step.state == "done" for step in steps)
    state = "done" if not is_open else "now" if is_next else "todo"
    steps.append(AppealStep(word=_l("A supervisor answers"), state=state, at=view.decided_at))
    if view.state == "upheld" and view.reason_code is not None:
        steps.append(
            AppealStep(word=_l("The ticket is put right"), state="done", at=view.decided_at)
        )
    return steps


def _reviews(view: views.AppealView, reviews: ReviewState | None) -> list[AppealStep]:
    if reviews is None or (reviews.waits_for is None and not reviews.reviews):
        return []
    made = {row.place: row.reviewed_at for row in reviews.reviews}
    words = {
        2: _l("A second inspector looks at the photographs"),
        3: _l("A third inspector looks at the photographs"),
    }
    places = [2, 3] if THIRD in made or reviews.waits_for == THIRD else [2]
    return [
        AppealStep(
            word=words[place],
            state="done" if place in made else "now" if view.state == "raised" else "todo",
            at=made.get(place),
        )
        for place in places
    ]
