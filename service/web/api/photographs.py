"""Photographs of a load: from the bay's cameras, or uploaded and marked so."""

from datetime import datetime

from flask import Response, request
from werkzeug.exceptions import BadRequest

from service.domain.access import Action
from service.storage import views
from service.usecases.photograph import Photograph, UploadPhotograph, upload_photograph
from service.web.api.fields import Answer
from service.web.api.reading import found
from service.web.context import actor, deps, reader
from service.web.openapi import Section
from service.web.pictures import shown_to

SECTION = Section.of("photographs", "Photographs of loads.")

PART = "photograph"
IMAGES = ("image/jpeg", "image/png")


class PhotographUploaded(Answer):
    photograph_id: str
    visit_id: str
    origin: str
    taken_at: datetime


@SECTION.post(
    "/v1/visits/<record:visit_id>/photographs",
    raw=(*IMAGES, "multipart/form-data"),
    answer=PhotographUploaded,
    location="/v1/photographs/{photograph_id}",
)
def post_photograph(visit_id: str) -> Photograph:
    """Upload a photograph: the image itself, or a form with the part "photograph".

    It is marked UPLOADED, unlike those that the service takes from the bay's cameras itself.
    """
    content, media_type = _picture()
    command = UploadPhotograph(visit_id=visit_id, content=content, media_type=media_type)
    return upload_photograph(command, actor(), deps())


def _picture() -> tuple[bytes, str]:
    if request.mimetype != "multipart/form-data":
        return request.get_data(), request.mimetype
    if PART not in request.files:
        raise BadRequest
    part = request.files[PART]
    return part.stream.read(), part.mimetype


@SECTION.get("/v1/photographs/<record:photograph_id>", media_type="image/*")
def get_photograph(photograph_id: str) -> Response:
    """The picture, byte by byte as it was taken; to outsiders a copy without faces and plates."""
    who = reader(Action.VISIT_VIEW)
    with deps().db.transaction() as tx:
        row = views.photograph(tx, who, photograph_id)
    picture = found(row, "photograph", photograph_id)
    content, media_type = shown_to(who, photograph_id, picture)
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
