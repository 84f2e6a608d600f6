"""The brief: what the edge unit must know from above, one snapshot, kept for when the link is cut.

Members that this program does not know are left as they are: a newer server may send more. Lists of
documents are passed on to the tablet as they came.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.devices.edge.entries import instant_ms, parsed_instant
from service.devices.edge.sqlite_file import SqliteFile
from service.domain.control import ControlPolicy
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.yard import VisitFacts
from service.domain.yard_document import from_document
from service.domain.yard_steps import YardRules

Documents = list[dict[str, Any]]

SCHEMA = """
CREATE TABLE IF NOT EXISTS brief (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  etag TEXT NOT NULL,
  document TEXT NOT NULL,
  fetched_at TEXT NOT NULL
) STRICT;
"""


class BriefInvalidError(RuleBrokenError):
    """An answer of the server that is no brief."""

    message = gettext_noop("The server's brief does not hold: %(value)s (%(limit)s).")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SiteBrief(_Part):
    """The site of the edge unit, in both languages."""

    site_id: str
    kind: str
    organisation_id: str
    name_zh: str
    name_en: str


class PersonBrief(_Part):
    """Someone who works at the site."""

    user_id: str
    name: str
    role: str
    active: bool


class HeldBrief(_Part):
    """An entry that waits for a supervisor at the server."""

    entry_seq: int
    code: str = ""
    message: str = ""


class LogBrief(_Part):
    """Up to which entry of this edge unit the snapshot goes, and which of them are held."""

    entry_seq: int = 0
    held: list[HeldBrief] = []


class RulesBrief(_Part):
    """What the site insists on."""

    radiation: bool = False
    calling: bool = False
    inspection: bool = False
    unloading: bool = False


class Brief(_Part):
    """One snapshot; see the server's ``/v1/edges/<edge_id>/brief``."""

    made_at: str
    site: SiteBrief
    demo: bool = False
    public_url: str = ""
    parties: Documents = []
    bookings: Documents = []
    deliveries: Documents = []
    visits: Documents = []
    open_elsewhere: Documents = []
    people: list[PersonBrief] = []
    vehicles: Documents = []
    drivers: Documents = []
    cards: Documents = []
    history: dict[str, dict[str, Any]] = {}
    photo_hashes: list[str] = []
    lots: Documents = []
    policy: dict[str, Any] = {}
    rules: RulesBrief = RulesBrief()
    grades: list[Any] = []
    log: LogBrief = Field(default=LogBrief())
    numbers: dict[str, int] = {}

    def facts(self) -> list[VisitFacts]:
        """The open visits; raises FactsMalformedError."""
        return [from_document(visit) for visit in self.visits]

    def control_policy(self) -> ControlPolicy:
        """What the site does about each control; raises ControlPolicyError."""
        return ControlPolicy.of(self.policy)

    def yard_rules(self) -> YardRules:
        """What the site insists on."""
        return YardRules(**self.rules.model_dump())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBrief:
    """A brief as it was fetched; ``etag`` is the server's name for it."""

    brief: Brief
    etag: str
    fetched_at: datetime


def parsed_brief(document: Any) -> Brief:
    """``document`` as a brief whose visits and policy hold; raises BriefInvalidError."""
    try:
        brief = Brief.model_validate(document)
        brief.facts()
        brief.control_policy()
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BriefInvalidError(field=field, value=field, limit=first["msg"]) from error
    except RuleBrokenError as error:
        raise BriefInvalidError(field=error.field, value=error.code, limit=str(error)) from error
    return brief


class BriefStore:
    """The newest brief, kept in ``file``."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        file.prepare(SCHEMA)

    def keep(self, document: Mapping[str, Any], etag: str, at: datetime) -> KeptBrief:
        """Put the brief in the place of the one before; raises BriefInvalidError."""
        brief = parsed_brief(document)
        with self._file.transaction():
            self._file.rows(
                "INSERT OR REPLACE INTO brief VALUES (1, ?, ?, ?)",
                etag,
                json.dumps(document, ensure_ascii=False),
                instant_ms(at),
            )
        return KeptBrief(brief=brief, etag=etag, fetched_at=at)

    def kept(self) -> KeptBrief | None:
        """The brief kept last, None before the first."""
        row = self._file.row("SELECT document, etag, fetched_at FROM brief")
        if row is None:
            return None
        brief = parsed_brief(json.loads(row[0]))
        return KeptBrief(brief=brief, etag=row[1], fetched_at=parsed_instant(row[2]))
