"""What tablets send, strictly."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.devices.edge.entry_bodies import Id, Instant, Text
from service.devices.edge.tablet_key import TabletKey
from service.domain.weighing import WeighingPass

LONGEST_WAIT_MS = 10_000
Pin = Annotated[str, Field(pattern=r"^[0-9]{4,8}$")]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class LanBody(BaseModel):
    """Nothing is guessed and nothing is dropped."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TabletBody(LanBody):
    """A tablet and its public key."""

    tablet_id: Id
    name: Text
    public_jwk: TabletKey


class EnrolmentBody(LanBody):
    """A person who wants to use this tablet, known to the server by name and password."""

    email: Text
    password: Annotated[str, Field(min_length=1, max_length=200)]
    pin: Pin
    tablet: TabletBody


class SessionBody(LanBody):
    """A PIN, and the tablet's signature over the challenge."""

    user_id: Id
    pin: Pin
    tablet_id: Id
    nonce: Token
    signature: Token


class WitnessBody(LanBody):
    """The PIN of a second person."""

    user_id: Id
    pin: Pin


class EntryBody(LanBody):
    """An entry asked for; ``at`` and ``signature`` where it was made while cut off."""

    entry_id: Id
    kind: Text
    body: dict[str, Any]
    at: Instant | None = None
    tablet_offline: bool = False
    signature: Token | None = None
    witness_token: Token | None = None


class WeighingBody(LanBody):
    """A stable weight asked for."""

    entry_id: Id
    visit_id: Id
    weighing_pass: WeighingPass = Field(alias="pass")
    wait_ms: int = Field(default=0, ge=0, le=LONGEST_WAIT_MS)
    attested: bool | None = None
    card_no: Id | None = None
