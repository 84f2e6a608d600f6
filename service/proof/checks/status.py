"""DOCUMENT_STATUS: the batch root is issued, and neither it nor anything beneath is revoked."""

from service.proof.case import Case
from service.proof.evidence import RegistryState, expected_contract, trusted_header
from service.proof.families import DOCUMENT_STATUS
from service.proof.header import BlockHeader
from service.proof.shape import format_unix_time
from service.proof.verdict import AsOf, Check

UNEXPECTED, NOT_ISSUED, REVOKED, INVALID_ISSUERS = 0, 1, 5, 7


def known_state(case: Case, state: RegistryState | Check | None) -> RegistryState | None:
    """``state`` where registry, code and block are those a trusted source names."""
    anchor = case.bundle.anchor
    status = case.bundle.status
    if anchor is None or status is None or not isinstance(state, RegistryState):
        return None
    header = trusted_header(case, anchor.chain_id, state.header, status.block)
    if expected_contract(case) or header:
        return None
    return state


def as_of(case: Case, known: RegistryState | None) -> AsOf | None:
    """The block whose state decided: the live chain's newest, else that of the state proof."""
    if _live(case) and case.answers:
        return _as_of(case.answers.block, case.answers.time_s)
    return _header_as_of(known.header) if known else None


def check_status(case: Case, known: RegistryState | None) -> Check:
    """Ask the live chain where it answers, else the state proof; otherwise nobody can tell."""
    if case.stated is None:
        return DOCUMENT_STATUS.invalid(
            INVALID_ISSUERS, "The document states no single issuer with a registry."
        )
    if _live(case) and case.answers:
        return _judge(issued=case.answers.issued, revoked=bool(case.answers.revoked))
    if known:
        return _judge(
            issued=known.issued_at > 0,
            revoked=bool(known.revoked),
            why=f" (reason {known.revoke_reason})",
        )
    return DOCUMENT_STATUS.error(
        UNEXPECTED, "Neither a live chain nor a trusted state proof tells the document's status."
    )


def _live(case: Case) -> bool:
    """Whether the chain answered for the trusted registry with its published code."""
    answers, issuer = case.answers, case.issuer
    return bool(answers and issuer and answers.code_hash == issuer.code_hash)


def _judge(*, issued: bool, revoked: bool, why: str = "") -> Check:
    if not issued:
        return DOCUMENT_STATUS.invalid(NOT_ISSUED, "The registry never issued this batch.")
    if revoked:
        return DOCUMENT_STATUS.invalid(REVOKED, f"The document was withdrawn{why}.")
    return DOCUMENT_STATUS.valid()


def _header_as_of(header: BlockHeader) -> AsOf:
    return _as_of(header.number, header.timestamp)


def _as_of(block: int, time_s: int) -> AsOf:
    return AsOf(block=block, time=format_unix_time(time_s))
