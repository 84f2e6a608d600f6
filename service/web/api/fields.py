"""The kinds of fields that requests and answers are made of, with their limits."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

_UNSEEN = r"\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
"""Control characters, and those that are invisible or turn the direction of a text around."""


class Request(BaseModel):
    """A JSON body: exact types, and no field that is not known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Query(BaseModel):
    """The query of an address; its values come as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """A JSON answer, read off the value that a use case or a read model gives."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _integral(value: Any) -> Any:
    """45521.0 is an integer to JSON Schema, and therefore here."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _hex(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


_Integral = BeforeValidator(_integral)

Kg = Annotated[int, _Integral, Field(ge=0, le=1_000_000, description="Mass in kg.")]
BasisPoints = Annotated[int, _Integral, Field(ge=0, le=10_000, description="Share in 1/10,000.")]
Fen = Annotated[int, _Integral, Field(ge=1, le=9_007_199_254_740_991, description="Amount in fen.")]
Whole = Annotated[
    int, _Integral, Field(ge=0, le=9_007_199_254_740_991, description="A whole number.")
]
FenPerTonne = Annotated[
    int, _Integral, Field(ge=0, le=100_000_000, description="Price in fen per tonne.")
]

RecordId = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="Identifier of a record (UUID).",
    ),
]
SiteId = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,16}$", description="Identifier of a site.")]
PartyId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Identifier of an organisation.")
]
LotId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Identifier of a lot.")]
GradeCode = Annotated[
    str, Field(pattern=r"^[A-Z0-9]{2,16}$", description="Code of the catalogue, such as HRS101.")
]
Decimal = Annotated[
    str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,4})?$", description="Decimal number as text.")
]
Line = Annotated[
    str,
    Field(
        pattern=rf"^[^\s{_UNSEEN}][^{_UNSEEN}]*$",
        min_length=1,
        max_length=500,
        description="One line of text, without control characters.",
    ),
]
OptionalLine = Annotated[
    str,
    Field(
        pattern=rf"^[^{_UNSEEN}]*$",
        max_length=500,
        description="One line of text, or nothing.",
    ),
]
Words = Annotated[
    str,
    Field(
        pattern=rf"^[^\s{_UNSEEN}][^{_UNSEEN}]*$",
        min_length=1,
        max_length=2_000,
        description="Some sentences in one line, without control characters.",
    ),
]
Name = Annotated[
    str,
    Field(
        pattern=rf"^[^\s{_UNSEEN}][^{_UNSEEN}]*$",
        min_length=1,
        max_length=64,
        description="A short name, such as a trade grade.",
    ),
]
VersionText = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$", description="Version of a price list.")
]
CaptureId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9-]{8,64}$",
        description="Chosen by the caller, new for each weighing; best a UUID.",
    ),
]
Plate = Annotated[
    str,
    Field(pattern=rf"^[^\s{_UNSEEN}][^{_UNSEEN}]*$", max_length=16, description="Number plate."),
]
CodeText = Annotated[
    str, Field(pattern=r"^[!-~]{1,128}$", description="Text of a QR code: visible ASCII.")
]
Hash = Annotated[
    str, BeforeValidator(_hex), Field(pattern=r"^[0-9a-f]{64}$", description="32 bytes, hex.")
]
Text = Annotated[str, PlainSerializer(str, return_type=str)]
"""A text or an enumeration, answered as text."""
