"""How barriers, lights, display, voice and beams of a yard are wired, from the site's file."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

ModbusNumber = Annotated[int, Field(ge=0, le=65_535)]
Address = Annotated[str, Field(pattern=r"^[^/\s:]+:\d{1,5}$")]
NONCE_REGISTERS = 4
"""Eight digits, two a register."""

Unit = Annotated[int, Field(ge=1, le=247)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CoilMap(_Settings):
    """Coil of each output; an output that the yard does not have is left out.

    A barrier's coil is true while it is open, a lamp's while it shines.
    """

    entry_barrier: ModbusNumber | None = None
    exit_barrier: ModbusNumber | None = None
    entry_red: ModbusNumber | None = None
    entry_green: ModbusNumber | None = None
    exit_red: ModbusNumber | None = None
    exit_green: ModbusNumber | None = None

    def wired(self) -> dict[str, int]:
        """Coil by the name of its output, those that are there."""
        return {name: coil for name, coil in self.model_dump().items() if coil is not None}

    @model_validator(mode="after")
    def _each_its_own(self) -> "CoilMap":
        coils = list(self.wired().values())
        if len(set(coils)) != len(coils):
            raise ValueError("two outputs on one coil")
        return self


class DisplaySettings(_Settings):
    """Outdoor display: ``lines`` of ``places`` from ``register`` on, two places a register.

    Text is GB 18030, a Chinese character taking two places. From ``nonce_register`` on it takes
    eight ASCII digits, two a register, and shows them as a QR code; zeros show none. A figure is to
    be seen ``nonce_after_ms`` after it was written.
    """

    register_no: ModbusNumber = Field(alias="register")
    lines: int = Field(default=3, ge=1, le=8)
    places: int = Field(default=20, ge=8, le=64, multiple_of=2)
    nonce_register: ModbusNumber | None = None
    nonce_after_ms: Annotated[int, Field(ge=0, le=100)] = 0

    @property
    def registers_per_line(self) -> int:
        return self.places // 2


class OutputSettings(_Settings):
    """The Modbus TCP device behind lamps, barriers, display and voice.

    What is written to ``voice_register`` is played (``Announcement``).
    """

    address: Address
    unit: Unit = 1
    coils: CoilMap
    display: DisplaySettings | None = None
    voice_register: ModbusNumber | None = None


class BeamSettings(_Settings):
    """Photo cells and loop as discrete inputs. ``broken_is``: what an interrupted beam reads.

    ``front`` is the end where trucks drive off, ``back`` where they drive on; ``loop`` is true
    while something stands on it.
    """

    address: Address
    unit: Unit = 1
    front: ModbusNumber
    back: ModbusNumber
    loop: ModbusNumber | None = None
    broken_is: bool = True
