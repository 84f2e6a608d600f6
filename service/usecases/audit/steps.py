"""The steps of one piece of work: numbered without gap, chained by hash, in an order that may be.

Batches and chain tasks leave the same trail; the columns that name the owner differ.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from service.proof.hashing import sha256
from service.usecases.audit.difference import Difference, broken, changed, missing
from service.usecases.audit.matching import Row

CONTENT = "state+detail+at"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTable:
    """A table of steps; ``may_follow`` names by state the states that may come next."""

    name: str
    owner: str
    may_follow: Mapping[str, set[str]]

    def key(self, row: Row) -> str:
        """The primary key of a step, as differences name it."""
        return f"{row[self.owner]}/{row['step']}"

    def differences(self, owner: object, rows: list[Row]) -> Iterator[Difference]:
        """What is wrong with the steps of one owner, given in their order."""
        present = {row["step"] for row in rows}
        for step in range(1, max(present, default=1) + 1):
            if step not in present:
                yield missing(self.name, f"{owner}/{step}", f"{self.owner} {owner}")
        yield from self._chain(rows)
        yield from self._order(rows)

    def _chain(self, rows: list[Row]) -> Iterator[Difference]:
        """Each step is hashed together with the link before it.

        A step that does not lead to its own link was changed; where the next step goes on from
        the link, it was the content, else it may have been either.
        """
        links: dict[int, bytes] = {0: b""}
        by_step = {row["step"]: row for row in rows}
        for step, row in by_step.items():
            link = bytes(row["chained_sha256"])
            links[step] = link
            if step - 1 not in links:
                continue
            computed = sha256(links[step - 1] + self._text(row))
            if computed == link:
                continue
            after = by_step.get(step + 1)
            key = self.key(row)
            if after is not None and sha256(link + self._text(after)) == after["chained_sha256"]:
                yield changed(
                    self.name, key, CONTENT, _content(row), f"what hashes to {link.hex()}"
                )
                continue
            links[step] = computed
            column = "chained_sha256" if after is not None else f"{CONTENT}+chained_sha256"
            yield changed(self.name, key, column, link, computed)

    def _order(self, rows: list[Row]) -> Iterator[Difference]:
        before = ""
        for row in rows:
            state = row["state"]
            if state not in self.may_follow.get(before, self.may_follow.keys()):
                allowed = " / ".join(sorted(self.may_follow[before])) or "the last"
                yield broken(self.name, self.key(row), "state", state, allowed)
            before = state

    def _text(self, row: Row) -> bytes:
        """What a link covers: the step as the JSON array that ``json.dumps`` writes by default."""
        at = row["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        members: list[Any] = [row[self.owner], row["step"], row["state"], row["detail"], at]
        return json.dumps(members, sort_keys=True).encode()


def _content(row: Row) -> str:
    return f"{row['state']} {row['detail']} {row['at'].isoformat()}"
