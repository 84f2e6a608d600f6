"""Signatures of a tablet: ECDSA on P-256 with SHA-256, as WebCrypto makes them (IEEE P1363)."""

import base64
import binascii
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import BaseModel, ConfigDict, Field

from service.domain.errors import RuleBrokenError, gettext_noop

COORDINATE_BYTES = 32
Coordinate = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class TabletKeyError(RuleBrokenError):
    """A public key that is no point of P-256."""

    message = gettext_noop("The key of the tablet is no point of P-256.")


class TabletSignatureError(RuleBrokenError):
    """A text that the key of the tablet did not sign."""

    message = gettext_noop("The tablet's signature does not hold.")


class TabletKey(BaseModel):
    """The public half of a tablet's key, as a JSON Web Key (RFC 7517)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate

    def require_point(self) -> None:
        """Return where the key is on the curve; raises TabletKeyError."""
        self._public_key()

    def verify(self, text: bytes, signature_b64: str) -> None:
        """Return where ``signature_b64`` (64 bytes, r ‖ s) is this key's; raises otherwise.

        Raises TabletSignatureError.
        """
        try:
            signature = base64.b64decode(signature_b64, validate=True)
        except (binascii.Error, ValueError):
            raise TabletSignatureError(field="signature") from None
        if len(signature) != 2 * COORDINATE_BYTES:
            raise TabletSignatureError(field="signature")
        r, s = (
            int.from_bytes(half)
            for half in (signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:])
        )
        try:
            self._public_key().verify(encode_dss_signature(r, s), text, ec.ECDSA(SHA256()))
        except InvalidSignature:
            raise TabletSignatureError(field="signature") from None

    def _public_key(self) -> ec.EllipticCurvePublicKey:
        numbers = ec.EllipticCurvePublicNumbers(
            x=_number(self.x), y=_number(self.y), curve=ec.SECP256R1()
        )
        try:
            return numbers.public_key()
        except ValueError:
            raise TabletKeyError(field="tablet.public_jwk") from None


def _number(coordinate: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(coordinate + "="))
