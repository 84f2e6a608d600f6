"""Alarms: what a person should look at."""

from datetime import datetime, timedelta

from service.domain.access import Action
from service.storage import views
from service.web.api.fields import Answer
from service.web.context import deps, reader
from service.web.openapi import Section

SECTION = Section.of(
    "alarms", "Differences of two scales beyond their limit; failed anchors; records that wait."
)


class AlarmAnswer(Answer):
    """``kind`` is difference (kg), receipt (0; a receipt of the visit that nobody signed in time),
    anchoring (number of the batch), chain-task (0; the label is what the contract answered),
    waiting (seconds that the oldest record has waited to be sealed), edge-log or edge-clock (0; the
    log of the unit broke, its clock is wrong), edge-held (entries of the unit that are held) or
    grading-drift (basis points of a week's loads at the site that are unlike the training of the
    head; ``limit`` is the population stability index in units of 1e-4); else ``limit`` is in the
    unit of ``value``."""

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
        found = views.alarms(tx, reader(Action.ALARM_VIEW))
        within = timedelta(seconds=deps().merge_delay_s)
        return {"items": [*views.waiting_alarms(tx, now=deps().now(), within=within), *found]}
