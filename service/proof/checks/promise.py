"""The signed receipt inside LOG_INCLUSION: by whom it was signed, and whether it was kept."""

from collections.abc import Sequence
from enum import StrEnum

from service.proof.bundle import AnchorPart
from service.proof.case import Case
from service.proof.families import LOG_INCLUSION
from service.proof.header import decode_header
from service.proof.key_epoch import KeyEpoch, KeyPurpose
from service.proof.promise import InclusionPromise, promise_digest
from service.proof.shape import format_unix_time
from service.proof.signature import CanNotRecoverError, recover_address
from service.proof.trust import TrustedIssuer
from service.proof.verdict import Check

OVERDUE, PROMISE_INVALID = 5, 6


class Signer(StrEnum):
    """What is known of who signed a promise."""

    KNOWN = "known"
    STRANGER = "stranger"
    NOT_CHECKED = "signature not checked"
    NO_KEYS = "no key at hand"


def signer_of(
    promise: InclusionPromise, *, chain_id: int, registry: bytes, keys: Sequence[KeyEpoch]
) -> Signer:
    """Whether one of the promise keys among ``keys``, valid when it was recorded, signed it.

    The promise is one for the ``registry`` (20 bytes) on ``chain_id``.
    """
    promise_keys = [key for key in keys if key.purpose is KeyPurpose.PROMISE]
    if not promise_keys:
        return Signer.NO_KEYS
    try:
        signer = recover_address(promise_digest(promise, chain_id, registry), promise.signature)
    except CanNotRecoverError:
        return Signer.NOT_CHECKED
    valid = {key.address for key in promise_keys if key.was_valid_at(promise.recorded_at)}
    return Signer.KNOWN if signer in valid else Signer.STRANGER


def check_promise(
    case: Case, anchor: AnchorPart, key: KeyEpoch | Check | None, place: dict[str, str | int]
) -> Check:
    """LOG_INCLUSION of an entry whose ``anchor`` holds, at ``place``: the promise is left.

    The keys are those of the trust file; where it names none, that of the bundle's key epoch.
    """
    promise = case.bundle.promise
    if promise is None:
        return LOG_INCLUSION.valid(place)
    signer = signer_of(
        promise,
        chain_id=anchor.chain_id,
        registry=anchor.address,
        keys=_keys(case.issuer, key),
    )
    if signer is Signer.STRANGER:
        return LOG_INCLUSION.invalid(
            PROMISE_INVALID, "The promise is not signed by a key that the issuer had then."
        )
    if signer is not Signer.KNOWN:
        return LOG_INCLUSION.valid({**place, "promise": signer.value})
    anchored_at = decode_header(anchor.block.header_rlp).timestamp
    if anchored_at > promise.include_by:
        return LOG_INCLUSION.invalid(
            OVERDUE,
            f"Promised by {format_unix_time(promise.include_by)}, "
            f"anchored {format_unix_time(anchored_at)}.",
        )
    return LOG_INCLUSION.valid({**place, "promise": "kept"})


def _keys(issuer: TrustedIssuer | None, key: KeyEpoch | Check | None) -> tuple[KeyEpoch, ...]:
    trusted = issuer.keys if issuer else ()
    if any(each.purpose is KeyPurpose.PROMISE for each in trusted):
        return trusted
    return (key,) if isinstance(key, KeyEpoch) else ()
