"""Processing runs: lots are cut, baled or shredded into other lots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError
from service.domain.grade import require_known_grade
from service.domain.instants import utc_text, whole_second
from service.domain.lot import LotOverdrawnError
from service.domain.party import Actor
from service.domain.processing import (
    LotMass,
    MeterReading,
    ProcessingKind,
    ProcessingRun,
    RunBackwardsError,
)
from service.domain.stock import place_name
from service.storage import lot as lots
from service.storage import processing
from service.storage.db import Tx
from service.usecases.booking import require_site
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps

LETTERS = "JG"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeMass:
    """What came out of a run: ``kg`` of a grade, put down at ``place``."""

    grade: str
    kg: int
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProcessing:
    """A run at a base. What comes out enters the lot of its grade."""

    site_id: str
    process: str
    started_at: datetime
    ended_at: datetime
    inputs: Sequence[LotMass]
    outputs: Sequence[GradeMass]
    meters: Sequence[MeterReading] = ()
    loss_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRecorded:
    run_no: str
    site_id: str
    input_kg: int
    output_kg: int
    loss_kg: int
    recorded_at: datetime
    target_hash: bytes


def record_processing(command: RecordProcessing, actor: Actor, deps: Deps) -> ProcessingRecorded:
    """Take the inputs out of their lots and put the outputs into theirs."""
    require(actor, Action.PROCESSING_RECORD, Resource(site_id=command.site_id))
    now = whole_second(deps.now())
    if command.ended_at > now:
        raise RunBackwardsError(
            field="ended_at", value=utc_text(command.ended_at), limit=utc_text(now)
        )
    with deps.db.transaction() as tx:
        require_site(tx, command.site_id, kind="BASE")
        taken = _taken(tx, command.site_id, command.inputs)
        made = [_made(tx, command.site_id, line, now) for line in command.outputs]
        run = ProcessingRun(
            kind=ProcessingKind(command.process),
            started_at=whole_second(command.started_at),
            ended_at=whole_second(command.ended_at),
            inputs=[line for line, _ in taken],
            outputs=[line for line, _ in made],
            meters=command.meters,
            loss_reason=command.loss_reason,
        )
        run_no = next_no(tx, letters=LETTERS, at=now)
        target_hash = record_document(
            tx,
            Evidence(
                kind="processing-run",
                document_id=run_no,
                subject_id=run_no,
                recorded_at=now,
                record={
                    "run_no": run_no,
                    "site_id": command.site_id,
                    **_run_record(run, taken, made),
                    "recorded_at": utc_text(now),
                    "recorded_by": actor.user_id,
                },
            ),
            deps,
        )
        _store(tx, run_no, command.site_id, run, actor, now, target_hash)
    return ProcessingRecorded(
        run_no=run_no,
        site_id=command.site_id,
        input_kg=run.input_kg,
        output_kg=run.output_kg,
        loss_kg=run.loss_kg,
        recorded_at=now,
        target_hash=target_hash,
    )


Line = tuple[LotMass, str]
"""A line and the grade of its lot."""


def _taken(tx: Tx, site_id: str, inputs: Sequence[LotMass]) -> list[Line]:
    """The inputs with the grades of their lots, locked in one order; none is overdrawn."""
    locked = {lot_id: lots.locked_lot(tx, lot_id) for lot_id in sorted({i.lot_id for i in inputs})}
    lines: list[Line] = []
    wanted_kg: dict[str, int] = {}
    for line in inputs:
        lot = locked[line.lot_id]
        if lot is None or lot.site_id != site_id:
            raise NotFoundError(field="inputs.lot_id", what="lot", key=line.lot_id[:64])
        wanted_kg[lot.lot_id] = wanted_kg.get(lot.lot_id, 0) + line.kg
        placed = LotMass(lot_id=lot.lot_id, kg=line.kg, place=place_name(line.place))
        lines.append((placed, lot.grade))
    for lot_id, kg in wanted_kg.items():
        held_kg = lots.held_kg(tx, lot_id)
        if kg > held_kg:
            raise LotOverdrawnError(field="inputs.kg", value=kg, limit=held_kg, lot_id=lot_id)
    return lines


def _made(tx: Tx, site_id: str, line: GradeMass, at: datetime) -> Line:
    require_known_grade(line.grade, field="outputs.grade")
    own = lots.LotRow(
        lot_id=f"{site_id}-{line.grade}", site_id=site_id, grade=line.grade, opened_at=at
    )
    lot = lots.open_lot(tx, own)
    return LotMass(lot_id=lot.lot_id, kg=line.kg, place=place_name(line.place)), line.grade


def _run_record(
    run: ProcessingRun, taken: Sequence[Line], made: Sequence[Line]
) -> Mapping[str, Any]:
    return {
        "process": run.kind.value,
        "started_at": utc_text(run.started_at),
        "ended_at": utc_text(run.ended_at),
        "inputs": _numbered(taken),
        "outputs": _numbered(made),
        "input_kg": run.input_kg,
        "output_kg": run.output_kg,
        "loss_kg": run.loss_kg,
        "loss_reason": run.loss_reason.strip() or None,
        "meters": {
            str(place): {
                "meter_id": meter.meter_id,
                "unit": meter.unit.value,
                "before": f"{meter.before:f}",
                "after": f"{meter.after:f}",
            }
            for place, meter in enumerate(run.meters, 1)
        },
    }


def _numbered(lines: Sequence[Line]) -> dict[str, dict[str, Any]]:
    return {
        str(number): {
            "lot_id": line.lot_id,
            "grade": grade,
            "kg": line.kg,
            "place": line.place or None,
        }
        for number, (line, grade) in enumerate(lines, 1)
    }


def _store(
    tx: Tx,
    run_no: str,
    site_id: str,
    run: ProcessingRun,
    actor: Actor,
    now: datetime,
    target_hash: bytes,
) -> None:
    row = processing.ProcessingRunRow(
        run_no=run_no,
        site_id=site_id,
        process=run.kind.value,
        started_at=run.started_at,
        ended_at=run.ended_at,
        input_kg=run.input_kg,
        output_kg=run.output_kg,
        loss_kg=run.loss_kg,
        recorded_at=now,
        recorded_by=actor.user_id,
        target_hash=target_hash,
    )
    lines = [
        processing.ProcessingLineRow(
            run_no=run_no,
            side=side,
            line_no=number,
            lot_id=line.lot_id,
            place=line.place,
            kg=line.kg,
        )
        for side, of_side in (("input", run.inputs), ("output", run.outputs))
        for number, line in enumerate(of_side, 1)
    ]
    processing.add_run(tx, row, lines)
