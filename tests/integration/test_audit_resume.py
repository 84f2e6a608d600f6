"""An audit tells how far it is, and one that was interrupted goes on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from service.usecases.audit import Memory, Run, Stage, audit
from service.usecases.audit.memory import rules_version
from tests.support.company import Company, company_on
from tests.support.database import TestDatabase
from tests.support.published import published_company
from tests.support.registry_on_chain import RegistryOnChain


class BrokenOffError(Exception):
    """Somebody pressed the keys."""


class Listener:
    """Hears the progress; breaks the audit off at the ``breaks`` th thing of a stage."""

    def __init__(self, stage: Stage | None = None, breaks: int = 0) -> None:
        self.heard: dict[Stage, tuple[int, int]] = {}
        self.order: list[Stage] = []
        self._break = (stage, breaks)

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        before = self.heard.get(stage, (0, total))
        assert (before[0] + 1, before[1]) == (done, total)
        self.heard[stage] = (done, total)
        if stage not in self.order:
            self.order.append(stage)
        if (stage, done) == self._break:
            raise BrokenOffError


@pytest.fixture
def company(company_database: TestDatabase) -> Iterator[Company]:
    made = company_on(company_database.app_url)
    made.receive()
    made.receive()
    yield made
    made.deps.db.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "var" / "audit.jsonl"


def interrupt(company: Company, state: Path, stage: Stage, breaks: int, *, resume: bool) -> None:
    run = Run(tells=Listener(stage, breaks), memory=Memory(state, resume=resume))
    with pytest.raises(BrokenOffError):
        audit(company.deps.db, None, run)


def go_on(company: Company, state: Path) -> tuple[Memory, list[str]]:
    memory = Memory(state, resume=True)
    report = audit(company.deps.db, None, Run(memory=memory))
    assert report.is_continued == memory.is_continued
    return memory, [str(found) for found in report.differences if found.table != "chain"]


def tamper(database: TestDatabase, sql: str) -> None:
    engine = create_engine(database.owner_url)
    with engine.begin() as tx:
        tx.execute(text(sql))
    engine.dispose()


def test_progress_counts_every_stage_to_its_end(
    company_database: TestDatabase, registry: RegistryOnChain
) -> None:
    with published_company(company_database.app_url, registry) as company:
        listener = Listener()
        report = audit(company.deps.db, registry.client, Run(tells=listener))
    assert report.is_clean, [str(found) for found in report.differences]
    assert listener.order == list(Stage)
    assert all(done == total for done, total in listener.heard.values())
    assert listener.heard[Stage.DOCUMENTS][1] == report.documents
    assert listener.heard[Stage.LOG][1] == report.batches


def test_an_interrupted_audit_goes_on_and_leaves_nothing_behind(
    company: Company, state: Path
) -> None:
    interrupt(company, state, Stage.DOCUMENTS, 6, resume=False)
    interrupt(company, state, Stage.DOCUMENTS, 9, resume=True)
    memory, differences = go_on(company, state)
    assert memory.is_continued
    documents, contents = memory.size
    assert documents >= 8
    assert contents == 4 + 12 + 2  # weighings, three photographs of each, overlays of two loads
    assert differences == []
    assert not state.exists()


def test_without_an_interruption_nothing_is_left_to_continue(company: Company, state: Path) -> None:
    audit(company.deps.db, None, Run(memory=Memory(state)))
    assert not state.exists()
    memory, differences = go_on(company, state)
    assert (memory.is_continued, differences) == (False, [])


def test_a_changed_document_is_found_even_by_an_audit_that_goes_on(
    company: Company, company_database: TestDatabase, state: Path
) -> None:
    interrupt(company, state, Stage.DOCUMENTS, 9, resume=False)
    tamper(
        company_database,
        "UPDATE journal SET document = set_byte(document, 700, get_byte(document, 700) # 1)"
        " WHERE journal_id = (SELECT min(journal_id) FROM journal)",
    )
    _, differences = go_on(company, state)
    assert any(found.startswith("journal weighing") for found in differences)


def test_a_photograph_changed_after_it_was_read_is_found_by_an_audit_from_the_beginning(
    company: Company, company_database: TestDatabase, state: Path
) -> None:
    interrupt(company, state, Stage.DOCUMENTS, 2, resume=False)
    tamper(
        company_database,
        "UPDATE photograph SET content = set_byte(content, 9, get_byte(content, 9) # 1)"
        " WHERE photograph_id = (SELECT min(photograph_id) FROM photograph)",
    )
    memory, differences = go_on(company, state)
    assert (memory.is_continued, differences) == (True, [])
    anew = audit(company.deps.db, None).differences
    assert any("salt+content" in str(found) for found in anew)


def test_other_rules_another_database_or_another_log_begin_anew(
    company: Company, state: Path
) -> None:
    interrupt(company, state, Stage.DOCUMENTS, 4, resume=False)
    kept = state.read_text().splitlines()
    head = json.loads(kept[0])
    assert head["rules"] == rules_version()
    for changed in (
        {"rules": "0" * 64},
        {"installation": "another"},
        {"size": 3, "head": "0" * 64},
        {"head": "0" * 64},
        {"v": 0},
    ):
        state.write_text("\n".join([json.dumps({**head, **changed}), *kept[1:]]))
        memory, _ = go_on(company, state)
        assert not memory.is_continued
        assert memory.size == (0, 0)


def test_a_state_file_that_was_cut_off_is_taken_as_far_as_it_reads(
    company: Company, state: Path
) -> None:
    interrupt(company, state, Stage.DOCUMENTS, 8, resume=False)
    state.write_bytes(state.read_bytes()[:-30])
    interrupt(company, state, Stage.DOCUMENTS, 9, resume=True)
    memory, differences = go_on(company, state)
    assert memory.is_continued
    assert differences == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{"])
def test_a_file_that_is_no_state_is_written_anew(
    company: Company, state: Path, content: bytes
) -> None:
    state.parent.mkdir()
    state.write_bytes(content)
    memory, differences = go_on(company, state)
    assert (memory.is_continued, differences) == (False, [])
