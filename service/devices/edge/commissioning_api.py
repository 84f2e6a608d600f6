"""Commissioning over the yard's LAN: ``/yard/v1/commissioning``."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from service.devices.edge.commissioning import CommissioningDesk
from service.devices.http_answers import Route, json_answer, parsed
from service.domain.access import Action, Resource, require
from service.domain.commissioning_load import KnownLoad, read_display
from service.domain.party import Actor

Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
ROOT = "/yard/v1/commissioning"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    display: Annotated[str, Field(min_length=1, max_length=20)]
    unit: Annotated[str, Field(min_length=1, max_length=2)]


class LoadBody(_Body):
    """A truck on the deck, its mass and how well it is known, and what the display shows."""

    known_kg: int
    within_kg: int


class CheckBody(_Body):
    """What the display shows now."""

    check_id: Id


class CommissioningApi:
    """The wizard's answers. ``actor`` says who is signed in; a refusal is the application's."""

    def __init__(self, desk: CommissioningDesk, site_id: str, actor: Callable[[], Actor]) -> None:
        self._desk = desk
        self._resource = Resource(site_id=site_id)
        self._actor = actor

    def routes(self) -> tuple[Route, ...]:
        one = f"{ROOT}/<commissioning_id>"
        return (
            ("GET", ROOT, self.get_status),
            ("POST", f"{ROOT}/checks", self.post_check),
            ("GET", one, self.get_progress),
            ("POST", f"{one}/loads", self.post_load),
            ("POST", f"{one}/motion", self.post_motion),
            ("POST", f"{one}/closing", self.post_closing),
        )

    def get_status(self) -> Response:
        self._who(Action.VISIT_VIEW)
        return json_answer(self._desk.status())

    def get_progress(self, commissioning_id: str) -> Response:
        self._who(Action.VISIT_VIEW)
        return json_answer(self._desk.progress(commissioning_id))

    def post_check(self) -> Response:
        actor, body = self._who(Action.WEIGHING_RECORD), parsed(CheckBody, request)
        display = read_display(body.display, body.unit)
        answer = self._desk.check(body.check_id, actor, display)
        return json_answer(answer, HTTPStatus.CREATED)

    def post_load(self, commissioning_id: str) -> Response:
        actor, body = self._who(Action.INSTRUMENT_COMMISSION), parsed(LoadBody, request)
        load = KnownLoad(kg=body.known_kg, within_kg=body.within_kg)
        display = read_display(body.display, body.unit)
        answer = self._desk.load(commissioning_id, actor, display, load)
        return json_answer(answer, HTTPStatus.CREATED)

    def post_motion(self, commissioning_id: str) -> Response:
        actor = self._who(Action.INSTRUMENT_COMMISSION)
        return json_answer(self._desk.motion(commissioning_id, actor), HTTPStatus.CREATED)

    def post_closing(self, commissioning_id: str) -> Response:
        actor = self._who(Action.INSTRUMENT_COMMISSION)
        return json_answer(self._desk.close(commissioning_id, actor), HTTPStatus.CREATED)

    def _who(self, action: Action) -> Actor:
        actor = self._actor()
        require(actor, action, self._resource)
        return actor
