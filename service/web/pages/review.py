"""Blind reviews: photographs and nothing else, for an inspector who has no part in the appeal."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.grade import CATALOGUE, GRADE_STANDARD
from service.usecases.grade_review import (
    ReviewGrade,
    review_grade,
    review_pictures,
    reviews_waiting,
)
from service.web.context import actor, deps, reader
from service.web.pages.figures import named
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.grade_view import SHARE_GRADES, Share
from service.web.pages.reading import found

bp = Blueprint("review", __name__)

COMMON_GRADES = ("HRS101", "HRS102", "MRS201", "MRS202", "LRS301", "SRS401", "BRS501")
_ROUTE = "/reviews/<number:appeal_no>"
_SHARE = "share-"
_PRIVATE = "private, max-age=600"


class ReviewForm(Form):
    """The grade; the shares stand beside it, in whole per cent."""

    grade: str = Field(max_length=32)


@bp.get("/reviews")
def reviews() -> ResponseReturnValue:
    """What waits for this inspector: a number and when it came, nothing of whom or what."""
    reader(Action.GRADE_REVIEW)
    return render_template("yard/reviews.html", rows=reviews_waiting(actor(), deps()))


@bp.get(_ROUTE)
def review(appeal_no: str) -> ResponseReturnValue:
    reader(Action.GRADE_REVIEW)
    pictures = review_pictures(appeal_no, actor(), deps())
    return render_template(
        "yard/review.html",
        appeal_no=appeal_no,
        places=list(range(1, len(pictures) + 1)),
        shown=_shown(len(pictures)),
        shares=_sliders(),
        chosen=request.form.get("grade", ""),
        common=[CATALOGUE[code] for code in COMMON_GRADES],
        others=[entry for code, entry in CATALOGUE.items() if code not in COMMON_GRADES],
        standard=GRADE_STANDARD,
    )


@bp.get(_ROUTE + "/photographs/<count:place>")
def photograph(appeal_no: str, place: str) -> ResponseReturnValue:
    """One photograph by its place: its own address would lead to the truck."""
    reader(Action.GRADE_REVIEW)
    pictures = review_pictures(appeal_no, actor(), deps())
    by_place = dict(enumerate(pictures, 1))
    picture = found(by_place.get(int(place)), what="photograph", key=place)
    return Response(
        picture.content, mimetype=picture.media_type, headers={"Cache-Control": _PRIVATE}
    )


@bp.post(_ROUTE)
@shows_again(review)
def post_review(appeal_no: str) -> ResponseReturnValue:
    form = ReviewForm.of_request()
    shares = {code: percent * 100 for code, percent in _percents().items() if percent}
    command = ReviewGrade(
        appeal_no=appeal_no, grade=form.grade, shares=shares or {form.grade: 10_000}
    )

    def reviewed() -> str:
        review_grade(command, actor(), deps())
        return url_for("review.reviews")

    return answered_once(reviewed)


def _shown(pictures: int) -> int:
    """The place of the picture that is looked at: the one asked for, else the first."""
    asked = request.args.get("photo", "")
    is_place = asked.isascii() and asked.isdigit() and 1 <= int(asked) <= pictures
    return int(asked) if is_place else 1


def _percents() -> Mapping[str, int]:
    """The sliders as sent: whole per cent by grade."""
    sent = {name.removeprefix(_SHARE): value for name, value in request.form.items()}
    return {
        code: int(value)
        for code, value in sent.items()
        if code in CATALOGUE and value.isascii() and value.isdigit()
    }


def _sliders() -> list[Share]:
    sent, decided = _percents(), request.form.get("grade", "")
    codes = [*SHARE_GRADES, *(code for code in sent if code not in SHARE_GRADES)]
    if decided in CATALOGUE and decided not in codes:
        codes.append(decided)
    percents = sent or dict.fromkeys(codes[:1], 100)
    return [
        Share(
            code=code,
            name=named(CATALOGUE[code]),
            letter=code[0],
            percent=percents.get(code, 0),
        )
        for code in codes
    ]
