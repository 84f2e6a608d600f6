"""What a refusal says: RFC 9457 problem details, the same for programs and for pages."""

from dataclasses import dataclass, field

from pydantic import BaseModel, Field

TYPE_URI = "https://ferrotrace.example/problems/"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One input that is refused: where it stands, what it was, and what is allowed."""

    detail: str
    code: str
    pointer: str | None = None  # JSON pointer into the body, as a URI fragment
    parameter: str | None = None  # name of a query, path or header parameter
    value: object = None
    limit: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refusal, ready to be told."""

    status: int
    code: str
    title: str
    detail: str
    instance: str
    offences: tuple[Offence, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


class ProblemError(BaseModel):
    """One input that is refused."""

    detail: str = Field(description="What is wrong, in the reader's language.")
    code: str = Field(description="Stable name of the broken rule.")
    pointer: str | None = Field(None, description="Place in the body: JSON pointer as a fragment.")
    parameter: str | None = Field(None, description="Name of the query or header parameter.")
    value: str | None = Field(None, description="What was sent, as text, shortened.")
    limit: str | None = Field(None, description="What is allowed, as text.")


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(description=f"{TYPE_URI}<code>; stable.")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="What happened and what is allowed, in the reader's language.")
    instance: str = Field(description="Identifier of the request, also in the log of the service.")
    errors: list[ProblemError] | None = Field(None, description="Each refused input.")


def body_of(refusal: Refusal) -> Problem:
    """The JSON form of ``refusal``."""
    return Problem(
        type=TYPE_URI + refusal.code,
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail,
        instance=refusal.instance,
        errors=[_error_of(offence) for offence in refusal.offences] or None,
    )


def _error_of(offence: Offence) -> ProblemError:
    return ProblemError(
        detail=offence.detail,
        code=offence.code,
        pointer=offence.pointer,
        parameter=offence.parameter,
        value=shown(offence.value),
        limit=shown(offence.limit),
    )


_SHOWN_MAX = 120


def shown(value: object) -> str | None:
    """``value`` as a short printable text, or None where there is none."""
    if value is None:
        return None
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(value)[:_SHOWN_MAX])
    return text if len(str(value)) <= _SHOWN_MAX else text + "…"
