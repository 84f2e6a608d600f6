"""Alarms: what a person should look at."""

from datetime import datetime

from service.domain.access import Action
from service.storage import views
from service.web.api.fields import Answer
from service.web.context import deps, reader
from service.web.openapi import Section

SECTION = Section.of("alarms", "Differences of two scales beyond their limit; failed anchors.")


class AlarmAnswer(Answer):
    """``kind`` is difference (kg, with its limit) or anchoring."""

    kind: str
    subject_id: str
    label: str
    at: datetime
    value: int
    limit: int | None


class AlarmList(Answer):
    items: list[AlarmAnswer]


@SECTION.get("/v1/alarms", answer=AlarmList)
def get_alarms() -> dict[str, object]:
    """Alarms, newest first."""
    with deps().db.transaction() as tx:
        return {"items": views.alarms(tx, reader(Action.ALARM_VIEW))}
