"""The image engine in a process of its own.

A picture that breaks the engine or makes it hang then costs one answer, and not the programs that
anchor and settle; memory that the engine keeps goes back to the system with its process.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import cast

from service.bootstrap.engine import EngineGrader
from service.devices.answering_process import READY, AnsweringProcess, NoAnswerError
from service.usecases.ports import (
    BayView,
    CameraPast,
    GraderFailedError,
    LoadFrame,
    ProposedGrade,
    SeenBed,
)

NICENESS = 5
"""A person who waits for a page comes before a load that is looked at."""

ANSWERS_WITHIN_S = 600.0
QUESTIONS_A_PROCESS = 200
GRADERS_KEPT = 4
"""Heads of the registry that the process keeps loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A head and settings, as bytes; None stands for the shipped head, and for its settings."""

    head: bytes | None
    settings: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the engine is told of a load, and nothing else."""

    kept: Kept
    frames: Sequence[LoadFrame]
    bay: BayView | None
    past: CameraPast | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """A picture in which the bed is to be found."""

    picture: bytes
    bay: BayView


def serve(connection: Connection) -> None:
    """Answer questions until the other end closes: an answer, or in words why there is none."""
    os.nice(NICENESS)
    graders = lru_cache(maxsize=GRADERS_KEPT)(EngineGrader)
    connection.send(READY)
    with suppress(EOFError, BrokenPipeError):
        while True:
            connection.send(_answer(connection.recv(), graders))


def _answer(question: Load | Bed, graders: Callable[..., EngineGrader]) -> object:
    try:
        match question:
            case Bed(picture=picture, bay=bay):
                return EngineGrader().find_bed(picture, bay)
            case Load(kept=kept, frames=frames, bay=at, past=past):
                return graders(kept.head, kept.settings).propose_load(frames, at, past)
    except GraderFailedError as error:
        return str(error.values["value"])


def engine_process() -> AnsweringProcess:
    """The process; it starts with the first question."""
    return AnsweringProcess(serve, answers_within_s=ANSWERS_WITHIN_S, questions=QUESTIONS_A_PROCESS)


class GraderApart:
    """The image engine behind ``process``, with what ``kept`` gives when a load is looked at."""

    def __init__(self, process: AnsweringProcess, kept: Callable[[], Kept]) -> None:
        """Ask nothing yet."""
        self._process = process
        self._kept = kept

    def find_bed(self, picture: bytes, bay: BayView) -> SeenBed:
        """Where the bed lies in one picture; raises ``GraderFailedError``."""
        return cast("SeenBed", self._asked(Bed(picture=picture, bay=bay)))

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        """A proposal for the load that the frames show; raises ``GraderFailedError``."""
        load = Load(kept=self._kept(), frames=frames, bay=bay, past=past)
        return cast("ProposedGrade", self._asked(load))

    def _asked(self, question: Load | Bed) -> object:
        try:
            answer = self._process.ask(question)
        except NoAnswerError as error:
            raise GraderFailedError(value=str(error)) from error
        if isinstance(answer, str):
            raise GraderFailedError(value=answer)
        return answer
