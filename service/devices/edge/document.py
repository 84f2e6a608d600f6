"""A capture as JSON, both ways, and the hash that chains it."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from service.domain.errors import UnavailableError, gettext_noop
from service.domain.sight import Sight
from service.domain.weighing import (
    Capture,
    Instrument,
    Photograph,
    Source,
    StableSource,
    WeighingPass,
    curve_sha256,
    frames_sha256,
)

INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class CaptureDamagedError(UnavailableError):
    """An answer of the edge unit that is not what its hashes say."""

    message = gettext_noop("The edge unit's capture is damaged: %(value)s is not %(limit)s.")


def instant_text(at: datetime) -> str:
    """``at`` as RFC 3339 UTC in whole seconds."""
    return at.astimezone(UTC).strftime(INSTANT)


def instant(text: str) -> datetime:
    """Inverse of ``instant_text``."""
    return datetime.strptime(text, INSTANT).replace(tzinfo=UTC)


def instrument_document(instrument: Instrument) -> dict[str, object]:
    """Instrument as the weighing record names it."""
    return {
        "instrument_id": instrument.instrument_id,
        "make": instrument.make,
        "model": instrument.model,
        "serial_no": instrument.serial_no,
        "dialect": instrument.dialect,
        "d_kg": instrument.d_kg,
        "e_kg": instrument.e_kg,
        "max_kg": instrument.max_kg,
        "min_kg": instrument.min_kg,
        "accuracy_class": instrument.accuracy_class,
        "certificate_no": instrument.certificate_no,
        "verified_on": instrument.verified_on.isoformat(),
        "valid_to": instrument.valid_to.isoformat(),
        "simulated": instrument.simulated,
    }


def capture_hash(document: Mapping[str, object]) -> str:
    """SHA-256 of the capture without ``hash`` and the pictures' bytes (their hashes stay).

    Hashed are the UTF-8 bytes of its JSON with sorted keys and no blanks; it holds no float.
    """
    hashed = {key: value for key, value in document.items() if key != "hash"}
    pictures = hashed["photographs"]
    if isinstance(pictures, list):
        hashed["photographs"] = [
            {key: value for key, value in picture.items() if key != "data_b64"}
            for picture in pictures
        ]
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def photograph_document(photograph: Photograph) -> dict[str, object]:
    """Photograph without its bytes, which are kept beside it; ``nonce_ok`` only where it sees the
    display."""
    seen = {} if photograph.nonce_ok is None else {"nonce_ok": photograph.nonce_ok}
    return {
        "camera_id": photograph.camera_id,
        "taken_at": instant_text(photograph.taken_at),
        "media_type": photograph.media_type,
        "sha256": photograph.sha256,
        **seen,
    }


def with_bytes(picture: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """The photograph of a capture's answer: its document and its bytes in base 64."""
    return {**picture, "data_b64": base64.b64encode(data).decode("ascii")}


def capture_of(document: Mapping[str, Any]) -> Capture:
    """Capture of an edge unit's answer; raises CaptureDamagedError where a hash does not fit."""
    try:
        capture = _capture(document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CaptureDamagedError(field="capture", value=repr(error), limit="complete") from error
    _agree("hash", capture.hash, capture_hash(document))
    _agree("frames_sha256", capture.frames_sha256, frames_sha256(capture.frames))
    _agree("curve_sha256", capture.curve_sha256, curve_sha256(capture.curve))
    for photograph in capture.photographs:
        _agree(photograph.camera_id, photograph.sha256, sha256(photograph.data).hexdigest())
    return capture


def _capture(document: Mapping[str, Any]) -> Capture:
    return Capture(
        capture_id=document["capture_id"],
        edge_id=document["edge_id"],
        edge_seq=document["edge_seq"],
        prev_hash=document["prev_hash"],
        site_id=document["site_id"],
        instrument=_instrument(document["instrument"]),
        weighing_pass=WeighingPass(document["pass"]),
        kg=document["kg"],
        source=Source(document["source"]),
        stable_source=StableSource(document["stable_source"]),
        window_ms=document["window_ms"],
        spread_kg=document["spread_kg"],
        frame_count=document["frame_count"],
        zero_before_kg=document["zero_before_kg"],
        first_frame_hex=document["first_frame_hex"],
        last_frame_hex=document["last_frame_hex"],
        frames=tuple((ms, raw) for ms, raw in document["frames"]),
        frames_sha256=document["frames_sha256"],
        curve=tuple((ms, kg) for ms, kg in document["curve"]),
        curve_sha256=document["curve_sha256"],
        taken_at=instant(document["taken_at"]),
        photographs=tuple(map(_photograph, document["photographs"])),
        silent_cameras=tuple(document["silent_cameras"]),
        nonce=_text(document.get("nonce")),
        sight=Sight.of(document.get("sight")),
        hash=document["hash"],
    )


def _instrument(document: Mapping[str, Any]) -> Instrument:
    fields = {key: value for key, value in document.items() if key != "min_kg"}
    dates = {key: date.fromisoformat(document[key]) for key in ("verified_on", "valid_to")}
    return Instrument(**{**fields, **dates})


def _photograph(document: Mapping[str, Any]) -> Photograph:
    return Photograph(
        camera_id=document["camera_id"],
        taken_at=instant(document["taken_at"]),
        media_type=document["media_type"],
        sha256=document["sha256"],
        data=base64.b64decode(document["data_b64"], validate=True),
        nonce_ok=_yes_or_no(document.get("nonce_ok")),
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError("nonce")


def _yes_or_no(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError("nonce_ok")


def _agree(name: str, stated: str, computed: str) -> None:
    if stated != computed:
        raise CaptureDamagedError(field=name, value=f"{name} {stated}", limit=computed)
