"""kill -9 at every moment of one load's way: nothing that was answered is lost or done twice.

The story has a correction, so that the worker also revokes.

Every step of the story is run in a child that is killed at one of its moments. Then the service is
started again on what the child left, the step is repeated as a client would repeat it, and the
story goes on to its end. The moments are found by running the step once without a kill.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from service.proof.trust import read_trust
from service.proof.verdict import Status
from service.proof.verify import verify
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.usecases.bundle import bundle
from tests.support.audits import assert_audit_clean
from tests.support.company import TEMPLATE
from tests.support.ledgers import (
    assert_gapless,
    assert_in_batches,
    assert_promised,
    digests,
    row_counts,
)
from tests.support.moments import Life, Moment, live
from tests.support.registry_on_chain import RegistryOnChain
from tests.support.story import PEOPLE, STORY, Service, Step

ANCHORING = tuple(step for step in STORY if "batch" in step.name)
REQUESTS = tuple(step for step in STORY if "batch" not in step.name)
SAMPLED = 4


class World:
    """Database, chain and folder of one service, and a copy of all three to come back to."""

    def __init__(self, server: EmbeddedPostgres, chain: RegistryOnChain, folder: Path) -> None:
        self._server = server
        self._rpc = chain.client.rpc
        self._live, self._kept = (f"{name}_{uuid4().hex}" for name in ("live", "kept"))
        self._folder, self._kept_folder = folder / "var", folder / "kept"
        self._folder.mkdir()
        server.create_database(self._live, template=TEMPLATE)
        self.service = Service(server.url(APP_ROLE, self._live), chain, self._folder)
        self.service.sign_in(*PEOPLE)
        self.answers: dict[str, Any] = {}

    @property
    def folder(self) -> Path:
        return self._folder

    def keep(self) -> None:
        """Remember the world as it is now."""
        self._copy(self._live, self._kept)
        shutil.rmtree(self._kept_folder, ignore_errors=True)
        shutil.copytree(self._folder, self._kept_folder)
        self._kept_answers, self._kept_elapsed = dict(self.answers), self.service.clock.elapsed
        self._snapshot = self._rpc.call("evm_snapshot")

    def restore(self) -> None:
        """Make the world as it was kept; the next call does it again."""
        self._copy(self._kept, self._live)
        shutil.rmtree(self._folder)
        shutil.copytree(self._kept_folder, self._folder)
        self.answers, self.service.clock.elapsed = dict(self._kept_answers), self._kept_elapsed
        self._rpc.call("anvil_dropAllTransactions")  # a snapshot leaves the pool alone
        self._rpc.call("evm_revert", self._snapshot)
        self._snapshot = self._rpc.call("evm_snapshot")

    def shape(self) -> object:
        """What is there, but for ids, salts and hashes, which are new in every life."""
        client = self.service.chain.client
        files = {file.name: file.stat().st_size for file in self._folder.iterdir()}
        return (
            tuple(sorted(row_counts(self.service.deps.db, all_tables=True).items())),
            tuple(sorted(files.items())),
            client.log_head().size,
            self._rpc.call("eth_blockNumber"),
            tuple(sorted(self._rpc.call("txpool_status").items())),
        )

    def end(self) -> None:
        self.service.close()
        for name in (self._live, self._kept):
            self._server.drop_database(name)

    def begin(self, step: Step) -> None:
        self.service.clock.forward()
        step.before(self.service)

    def do(self, step: Step) -> bytes:
        """Let the service do the step, and keep what it answers."""
        answer = step.work(self.service, self.answers)
        self.answers[step.name] = json.loads(answer)
        return answer

    def live(self, step: Step, dies_at: int | None = None) -> Life:
        """Let a child do the step, and die."""
        self.service.close()
        return live(
            lambda: step.work(self.service, self.answers), folder=self._folder, dies_at=dies_at
        )

    def finish(self, after: Step) -> None:
        """Go on from the step to the end of the story, and to finality."""
        for step in STORY[STORY.index(after) + 1 :]:
            self.begin(step)
            self.do(step)
        self.service.anchor_everything()

    def _copy(self, source: str, target: str) -> None:
        self.service.close()
        self._server.drop_database(target)
        self._server.create_database(target, template=source)


@pytest.fixture
def world(moved_in: EmbeddedPostgres, registry: RegistryOnChain, tmp_path: Path) -> Iterator[World]:
    registry.let_anchorer_revoke()
    with _mining_by_hand(registry):
        made = World(moved_in, registry, tmp_path)
        yield made
        made.end()


@contextmanager
def _mining_by_hand(registry: RegistryOnChain) -> Iterator[None]:
    """A chain that mines when it is told to, so that every life sees the same."""
    registry.client.rpc.call("evm_setAutomine", False)  # noqa: FBT003 - an argument of the node
    try:
        yield
    finally:
        registry.client.rpc.call("evm_setAutomine", True)  # noqa: FBT003


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(REQUESTS, id="requests", marks=pytest.mark.soak),
        pytest.param(ANCHORING, id="anchoring"),
    ],
)
def test_a_kill_at_any_place_of_the_product_loses_and_doubles_nothing(
    world: World, steps: tuple[Step, ...]
) -> None:
    trial = Trial(world, thorough=False)
    trial.tell(steps)
    assert trial.kills > len(steps)


@pytest.mark.soak
@pytest.mark.parametrize("steps", [REQUESTS, ANCHORING], ids=["requests", "anchoring"])
def test_a_kill_at_every_single_moment_loses_and_doubles_nothing(
    world: World, steps: tuple[Step, ...]
) -> None:
    Trial(world, thorough=True).tell(steps)


class Trial:
    """The story, told with kills.

    A ``thorough`` one kills at every moment and each time goes on to the end. Else a moment is
    taken once for each place in the product, and of these one in ``SAMPLED``; what is just after
    one thing is taken as what is just before the next; of kills that left the same behind one goes
    on to the end. The dead process took its memory along, so the others would go the same way.
    """

    def __init__(self, world: World, *, thorough: bool) -> None:
        """Tell the story once without a kill, to compare with."""
        self.kills = 0
        self._world = world
        self._db = world.service.deps.db
        self._thorough = thorough
        self._places: set[tuple[str, Moment]] = set()
        self._continued: set[object] = set()
        self._expected = self._counts_without_a_kill()

    def tell(self, steps: tuple[Step, ...]) -> None:
        """Tell the story, killing each of ``steps`` at its moments and after its answer."""
        for step in STORY:
            self._world.begin(step)
            if step in steps:
                self._world.keep()
                self._kill_everywhere(step)
                self._world.restore()
            self._world.do(step)

    def _kill_everywhere(self, step: Step) -> None:
        for number, moment in enumerate(self._world.live(step).moments):
            place = (step.does, moment)
            is_new = not (moment.is_after or place in self._places)
            if is_new:
                self._places.add(place)
            if self._thorough or (is_new and len(self._places) % SAMPLED == 1):
                self._kill(step, number)
        self._kill(step, None)

    def _kill(self, step: Step, number: int | None) -> None:
        """Kill the step at its moment (None: after its answer), start again, repeat the step."""
        self.kills += 1
        self._world.restore()
        before = digests(self._db)
        life = self._world.live(step, number)
        left, shape = digests(self._db), (step.name, self._world.shape())
        assert before <= left, f"lost by a kill {life.moments[-1:]}"
        self._world.service.clock.forward()
        repeated = self._world.do(step)
        answered = digests(self._db)
        assert left <= answered
        assert life.answer in {None, repeated}
        if self._thorough or shape not in self._continued:
            self._continued.add(shape)
            self._world.finish(step)
            self._assert_whole(answered)

    def _assert_whole(self, answered: set[str]) -> None:
        """Everything answered is there once, numbered without a gap, and proven."""
        service = self._world.service
        assert answered <= digests(self._db)
        assert row_counts(self._db) == self._expected
        assert_gapless(self._db)
        assert_promised(self._db)
        hashes = assert_in_batches(self._db, service.chain.client.log_head())
        hashes.remove(self._revoked())
        trust = read_trust((self._world.folder / "trust.json").read_bytes())
        for place in (self.kills % len(hashes), -1):
            verdict = verify(bundle(hashes[place].hex(), service.deps), trust=trust)
            assert verdict.verdict is Status.VALID, verdict.as_json()
        assert_audit_clean(service.company, service.chain.client)

    def _revoked(self) -> bytes:
        """The ticket that was corrected, which is revoked now."""
        with self._db.transaction() as tx:
            query = "SELECT target_hash FROM ticket WHERE status = 'issued'"
            (target_hash,) = tx.exec_driver_sql(query).scalars()
        assert self._world.service.chain.client.is_revoked(bytes(target_hash))
        return bytes(target_hash)

    def _counts_without_a_kill(self) -> dict[str, int]:
        """Rows of each table at the end of the story."""
        self._world.keep()
        first = STORY[0]
        self._world.begin(first)
        self._world.do(first)
        self._world.finish(first)
        counts = row_counts(self._db)
        self._world.restore()
        return counts
