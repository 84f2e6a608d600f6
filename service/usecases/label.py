"""What the service knows of loads that people judged blind, for a site's own data set.

Neither supplier nor driver nor plate leaves with it: a label is about what lies in the truck.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.instants import utc_text
from service.domain.party import Actor
from service.proof.hashing import sha256
from service.storage.db import Tx
from service.storage.grade_review import labelled, reviews_of
from service.storage.grading_shadow import labels_at
from service.storage.photograph import PhotographRow, photographs_of
from service.storage.visit import visit_by_id
from service.storage.weighing import weighing_of
from service.usecases.grade_proposal import load_pictures
from service.usecases.ports import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledLoadEntry:
    """A line of ``loads.jsonl``, and the pictures that it names by hash."""

    line: Mapping[str, Any]
    pictures: Sequence[PhotographRow]


def labelled_loads(
    site_id: str, actor: Actor, deps: Deps, *, licence: str, consent: str
) -> Iterator[LabelledLoadEntry]:
    """Every load of the site with a blind label, or with an appeal that was closed after blind
    reviews: each review is a label, of an inspector called by its place, 2 or 3. The decision that
    was appealed against is none. ``licence`` and ``consent`` are the site's own words about its
    pictures."""
    require(actor, Action.MODEL_REGISTER, Resource(site_id=site_id))
    about = {"site": site_id, "licence": licence, "consent": consent}
    with deps.db.transaction() as tx:
        for visit_id, labels in labels_at(tx, site_id).items():
            yield _entry(tx, visit_id, {**about, "source": "blind", "labels": labels})
        for load in labelled(tx):
            visit = visit_by_id(tx, load.visit_id)
            if visit is None or visit.site_id != site_id:
                continue
            labels = [
                {"inspector": row.place, "grade_class": None, "shares": dict(row.shares)}
                for row in reviews_of(tx, load.appeal_no)
            ]
            yield _entry(tx, load.visit_id, {**about, "source": "appeal", "labels": labels})


def _entry(tx: Tx, visit_id: str, about: Mapping[str, Any]) -> LabelledLoadEntry:
    tare = weighing_of(tx, visit_id, "tare")
    pictures = [
        each
        for each in load_pictures(photographs_of(tx, visit_id))
        if tare is None or each.weighing_id != tare.weighing_id  # then the bed is empty
    ]
    frames = [
        {
            "picture": sha256(each.content).hex(),
            "at": utc_text(each.taken_at),
            "camera_id": each.camera_id,
        }
        for each in pictures
    ]
    return LabelledLoadEntry(line={"load": visit_id, **about, "frames": frames}, pictures=pictures)
