"""A process that answers questions may die, hang and be replaced; its asker goes on."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

import psutil
import pytest

from service.devices.answering_process import READY, AnsweringProcess, NoAnswerError
from tests.support.devices import until

QUESTIONS = 3


def serve(connection: Connection) -> None:
    """Answers with its process id; dies, hangs or interrupts itself where it is told to."""
    connection.send(READY)
    with suppress(EOFError):
        while True:
            match connection.recv():
                case "die":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "hang":
                    time.sleep(600)
                case "interrupt":
                    os.kill(os.getpid(), signal.SIGINT)
                case _:
                    pass
            connection.send(os.getpid())


def serve_never(_connection: Connection) -> None:
    """Ends before it is ready."""


@pytest.fixture
def process() -> Iterator[AnsweringProcess]:
    process = AnsweringProcess(serve, answers_within_s=60, questions=QUESTIONS)
    yield process
    process.close()


def pid_of(process: AnsweringProcess, question: str = "pid") -> int:
    answer = process.ask(question)
    assert isinstance(answer, int)
    return answer


def test_one_process_answers_one_question_after_the_other(process: AnsweringProcess) -> None:
    assert pid_of(process) == pid_of(process) != os.getpid()


def test_a_process_that_dies_costs_one_answer(process: AnsweringProcess) -> None:
    pid = pid_of(process)
    with pytest.raises(NoAnswerError, match="EOFError"):
        process.ask("die")
    assert pid_of(process) != pid


def test_a_process_that_died_between_two_questions_costs_none(process: AnsweringProcess) -> None:
    pid = pid_of(process)
    os.kill(pid, signal.SIGKILL)
    psutil.Process(pid).wait()
    assert pid_of(process) != pid


def test_a_process_that_hangs_is_ended() -> None:
    hasty = AnsweringProcess(serve, answers_within_s=3)
    pid = pid_of(hasty)
    with pytest.raises(NoAnswerError, match="TimeoutError"):
        hasty.ask("hang")
    assert not psutil.pid_exists(pid)


def test_a_new_process_takes_over_after_so_many_questions(process: AnsweringProcess) -> None:
    first = {pid_of(process) for _ in range(QUESTIONS)}
    next_pid = pid_of(process)
    assert len(first) == 1
    assert next_pid not in first
    assert not psutil.pid_exists(first.pop())


def test_ctrl_c_is_left_to_the_one_who_asks(process: AnsweringProcess) -> None:
    assert pid_of(process, "interrupt") == pid_of(process)


def test_a_process_whose_asker_is_gone_ends_by_itself() -> None:
    process = AnsweringProcess(serve, answers_within_s=60)
    child = psutil.Process(pid_of(process))
    del process
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_process_that_ends_before_it_is_ready_is_told() -> None:
    broken = AnsweringProcess(serve_never, answers_within_s=60)
    with pytest.raises(NoAnswerError):
        broken.ask("pid")
