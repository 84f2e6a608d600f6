"""Each week of each base is compared with the first trucks of the head that serves there."""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from service.domain.grading_drift import REFERENCE_TRUCKS, SeenLoad, drift
from service.domain.instants import BUSINESS_ZONE, business_date, whole_second
from service.domain.trade_grade import form_shares
from service.storage import grading_model as registry
from service.storage.db import Tx
from service.storage.grading_drift import DriftRow, add_drift, newest_week, proposals_at
from service.storage.grading_model import ModelUseRow
from service.storage.journal import entry_by_hash
from service.storage.locks import hold
from service.storage.party import sites
from service.usecases.ports import Deps
from service.usecases.reading import document_record

WEEK = timedelta(days=7)
WEEK_TRUCKS_MAX = 5_000


def judge_drift(deps: Deps) -> int:
    """Judge the weeks that have ended and were not judged; how many. Harmless when repeated."""
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        hold(tx, "grading drift")
        return sum(_judge_site(tx, site.site_id, now) for site in sites(tx) if site.kind == "BASE")


def _judge_site(tx: Tx, site_id: str, now: datetime) -> int:
    head = registry.head_at(tx, site_id)
    if head is None:
        return 0
    uses = [use for use in registry.uses_of(tx, site_id) if use.head_sha256.hex() == head]
    began = uses[-1]
    weeks = list(_open_weeks(tx, began, now))
    reference = _loads(tx, began, began.since, now, REFERENCE_TRUCKS) if weeks else []
    for week in weeks:
        start = _midnight(week)
        judged = drift(reference, _loads(tx, began, start, start + WEEK, WEEK_TRUCKS_MAX))
        row = DriftRow(
            site_id=site_id,
            head_sha256=began.head_sha256,
            week=week,
            judged_at=now,
            **dataclasses.asdict(judged),
        )
        add_drift(tx, row)
    return len(weeks)


def _open_weeks(tx: Tx, began: ModelUseRow, now: datetime) -> Iterator[date]:
    """Mondays of the weeks that have ended and follow the newest judged one."""
    newest = newest_week(tx, began.site_id, began.head_sha256)
    week = _monday(began.since) if newest is None else newest + WEEK
    while week + WEEK <= business_date(now):
        yield week
        week += WEEK


def _loads(
    tx: Tx, use: ModelUseRow, since: datetime, until: datetime, limit: int
) -> list[SeenLoad]:
    """What the head said of the loads of that time; the loads that it was not asked about aside."""
    loads = []
    for target_hash in proposals_at(tx, use.site_id, since=since, until=until, limit=limit):
        record = document_record(entry_by_hash(tx, target_hash))
        if record["model"].get("head_sha256") == use.head_sha256.hex():
            shares_bp = record.get("shares") or form_shares(record.get("classes", {}))
            loads.append(
                SeenLoad(shares_bp=shares_bp, reasons=frozenset(record.get("reasons", {}).values()))
            )
    return loads


def _monday(at: datetime) -> date:
    day = business_date(at)
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), BUSINESS_ZONE)
