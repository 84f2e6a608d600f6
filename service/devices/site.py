"""The hardware of one site, read strictly from JSON: one scale, its cameras, its edge unit."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from service.devices.indicators.registry import dialect_by_name
from service.devices.yard_settings import BeamSettings, OutputSettings
from service.domain.errors import FerrotraceError, RuleBrokenError, gettext_noop
from service.domain.weighing import Instrument

Name = Annotated[str, Field(min_length=1, max_length=64)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^/\s]+")]
ControlName = Annotated[str, Field(pattern=r"^C([1-9]|1[0-9]|20)$")]
Address = Annotated[str, Field(pattern=r"^[^/\s:]+:\d{1,5}$")]


class SiteDevicesError(RuleBrokenError):
    """A description of hardware that does not hold."""

    message = gettext_noop("Site devices: %(value)s (%(limit)s).")


class LineSettings(BaseModel):
    """A serial port as pyserial names its settings; a network address takes none."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    baudrate: int = Field(default=9_600, ge=300, le=115_200)
    bytesize: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1


class InstrumentSettings(BaseModel):
    """A scale as its record has it, and the line on which its indicator speaks."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    instrument_id: Name
    make: Name
    model: Name
    serial_no: Name
    dialect: Name
    params: dict[str, Any] = Field(default_factory=dict)
    d_kg: int = Field(gt=0)
    e_kg: int = Field(gt=0)
    max_kg: int = Field(gt=0)
    accuracy_class: Name
    certificate_no: Name
    verified_on: date
    valid_to: date
    transport_url: Annotated[str, Field(pattern=r"^(socket|rfc2217)://[^/\s:]+:\d{1,5}$|^/dev/")]
    line: LineSettings = Field(default_factory=LineSettings)
    simulated: bool

    @model_validator(mode="after")
    def _holds(self) -> "InstrumentSettings":
        try:
            dialect_by_name(self.dialect, self.params)
        except FerrotraceError as error:
            raise ValueError(str(error)) from error
        if self.verified_on > self.valid_to:
            raise ValueError(f"verified_on {self.verified_on} is after valid_to {self.valid_to}")
        return self

    def instrument(self) -> Instrument:
        """Return the instrument of the domain."""
        return Instrument(**self.model_dump(exclude={"params", "transport_url", "line"}))


class SiteDevices(BaseModel):
    """All hardware of one site. ``listen`` is the edge unit's own address.

    ``cameras`` are URLs by camera id; ``gate_camera`` looks at the gate, the others at the deck.
    ``plate_cameras`` have the plates of the vehicle on the deck in view, the first one its front;
    ``display_cameras`` the outdoor display with its figures.
    ``simulator_url`` stands exactly where the instrument is simulated. ``outputs`` are lights,
    barriers, display and voice, ``beams`` photo cells and loop, where the yard has them. ``lan`` is
    the edge unit's address for tablets, ``upstream`` the server above it.
    ``unattended_may_be_unknown`` names controls that need not be proven where nobody attends.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    site_id: Name
    edge_id: Name
    instrument: InstrumentSettings
    cameras: dict[Name, HttpUrl]
    gate_camera: Name = "gate"
    plate_cameras: tuple[Name, ...] = ("front", "rear")
    display_cameras: tuple[Name, ...] = ()
    simulator_url: HttpUrl | None = None
    listen: Address
    outputs: OutputSettings | None = None
    beams: BeamSettings | None = None
    lan: Address | None = None
    upstream: HttpUrl | None = None
    unattended_may_be_unknown: tuple[ControlName, ...] = ()

    @model_validator(mode="after")
    def _simulator_and_record_agree(self) -> "SiteDevices":
        if self.instrument.simulated != (self.simulator_url is not None):
            raise ValueError("simulator_url is given exactly where instrument.simulated is true")
        return self

    @model_validator(mode="after")
    def _display_is_there(self) -> "SiteDevices":
        display = None if self.outputs is None else self.outputs.display
        if self.display_cameras and (display is None or display.nonce_register is None):
            raise ValueError("display_cameras need a display with nonce_register")
        return self

    @property
    def deck_cameras(self) -> dict[str, str]:
        """URLs of the cameras that look at the deck, by id."""
        return {key: url for key, url in self.cameras.items() if key != self.gate_camera}


def parse_site_devices(text: str) -> list[SiteDevices]:
    """Sites of a JSON text that holds one site or a list; raises SiteDevicesError."""
    try:
        parsed = json.loads(text)
        sites = parsed if isinstance(parsed, list) else [parsed]
        return [SiteDevices.model_validate_json(json.dumps(site)) for site in sites]
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        value = f"{field} = {first['input']!r:.80}"
        raise SiteDevicesError(field=field, value=value, limit=first["msg"]) from error
    except ValueError as error:
        raise SiteDevicesError(field="", value=str(error), limit="JSON") from error


def load_site(path: Path, site_id: str) -> SiteDevices:
    """Site ``site_id`` of the file at ``path``; raises SiteDevicesError where it is not there."""
    sites = {site.site_id: site for site in parse_site_devices(path.read_text(encoding="utf-8"))}
    if site_id not in sites:
        known = ", ".join(sorted(sites))
        raise SiteDevicesError(field="site_id", value=f"site {site_id}", limit=f"one of {known}")
    return sites[site_id]


def host_and_port(address: str) -> tuple[str, int]:
    """Split ``host:port`` and ``scheme://host:port/…``."""
    host, _, port = address.rpartition("://")[2].partition("/")[0].rpartition(":")
    return host, int(port)
