"""Verification: a bundle in, named checks out. No clock, no network but the given reader.

What is believed comes from ``trust`` and ``chain`` alone; without either the answer is ERROR,
"could not tell". ``docs/bundle.md`` explains every check.
"""

from collections.abc import Mapping
from typing import Any

from service.proof.at_hand import FilesAtHand, Judge
from service.proof.batch import folded_nodes
from service.proof.bundle import Bundle, LogHead
from service.proof.bundle_reader import read_bundle
from service.proof.case import Case
from service.proof.chain_view import ChainReader, Questions, ask_chain
from service.proof.checks.anchor import check_anchor
from service.proof.checks.consistency import check_consistency
from service.proof.checks.disclosure import check_disclosure
from service.proof.checks.identity import check_identity
from service.proof.checks.inclusion import check_inclusion
from service.proof.checks.integrity import check_integrity
from service.proof.checks.key_epoch import stated_key
from service.proof.checks.lien import lien_question
from service.proof.checks.lineage import check_lineage
from service.proof.checks.semantics import check_semantics
from service.proof.checks.status import as_of, check_status, known_state
from service.proof.document import document_data
from service.proof.errors import FileShapeError, FileVersionError, LeafFormatError
from service.proof.evidence import consistent_state
from service.proof.families import ALL, DOCUMENT_INTEGRITY, REQUIRED, Family
from service.proof.issuer import stated_issuer, trusted_issuer
from service.proof.trust import Trust, TrustedIssuer
from service.proof.verdict import Check, Status, Verdict

_TAMPERED, _UNEXPECTED = 0, 1


def verify(
    bundle: bytes | Bundle,
    *,
    trust: Trust | None = None,
    chain: ChainReader | None = None,
    audience: str | None = None,
    remembered: LogHead | None = None,
    parents: FilesAtHand | None = None,
) -> Verdict:
    """The verdict over ``bundle`` (a file's bytes, or one already read); it never raises.

    ``trust`` names issuers and blocks; ``chain`` reads the issuer's registry live; ``audience`` is
    ``plant`` or ``bank``; ``remembered`` a log head the verifier kept (else that of the trust
    file); ``parents`` holds the files beside this one: its parents, and what may supersede it.
    """
    try:
        read = read_bundle(bundle) if isinstance(bundle, bytes) else bundle
    except FileShapeError as error:
        return _unreadable(DOCUMENT_INTEGRITY.invalid(_TAMPERED, str(error)))
    except FileVersionError as error:
        return _unreadable(DOCUMENT_INTEGRITY.error(_UNEXPECTED, str(error)))
    return _verdict(
        _case(
            read,
            trust=trust or Trust(),
            chain=chain,
            audience=audience,
            remembered=remembered,
            parents=parents,
        )
    )


def verify_together(bundles: Mapping[str, bytes], judge: Judge) -> dict[str, Verdict]:
    """Verdicts of several bundles by name, each one a possible parent of the others.

    ``judge`` verifies one bundle with the files it is given, mostly ``verify`` with its sources
    bound. Each bundle is judged once.
    """
    files = FilesAtHand(bundles, judge)
    verdicts = {name: files.verdict_of(name) for name in bundles}
    return {name: verdict for name, verdict in verdicts.items() if verdict}


def worst(verdicts: Mapping[str, Verdict]) -> Status:
    """INVALID where any is, else ERROR where any is or there are none, else VALID."""
    found = {verdict.verdict for verdict in verdicts.values()}
    if Status.INVALID in found:
        return Status.INVALID
    return Status.VALID if found == {Status.VALID} else Status.ERROR


def _case(
    bundle: Bundle,
    *,
    trust: Trust,
    chain: ChainReader | None,
    audience: str | None,
    remembered: LogHead | None,
    parents: FilesAtHand | None,
) -> Case:
    try:
        data = document_data(bundle.document.wrapped)
    except LeafFormatError:
        data = None
    stated = stated_issuer(data or {})
    chain_id = bundle.anchor.chain_id if bundle.anchor else None
    standing, issuer = trusted_issuer(trust, stated, chain_id)
    nodes = tuple(folded_nodes(bundle.document.target_hash, bundle.document.proof))
    questions = _questions(bundle, issuer, nodes, data or {})
    return Case(
        bundle=bundle,
        data=data,
        nodes=nodes,
        stated=stated,
        standing=standing,
        issuer=issuer,
        trust=trust,
        answers=ask_chain(chain, questions) if questions else None,
        audience=audience,
        remembered=remembered or (issuer.head if issuer else None),
        parents=parents,
    )


def _questions(
    bundle: Bundle, issuer: TrustedIssuer | None, nodes: tuple[bytes, ...], data: dict[str, Any]
) -> Questions | None:
    if issuer is None:
        return None
    blocks = [part.block for part in (bundle.anchor, bundle.status) if part]
    return Questions(
        chain_id=issuer.chain_id,
        registry=issuer.registry,
        root=nodes[-1],
        nodes=nodes,
        heights=tuple(block.number for block in blocks),
        lien=lien_question(data, issuer),
    )


def _verdict(case: Case) -> Verdict:
    state = consistent_state(case)
    known = known_state(case, state)
    anchor = check_anchor(case, state)
    key = stated_key(case)
    checks = (
        check_integrity(case),
        check_status(case, known),
        check_identity(case, key),
        check_inclusion(case, anchor, key),
        check_consistency(case, state),
        anchor,
        check_disclosure(case),
        check_semantics(case),
        check_lineage(case, known),
    )
    return Verdict(verdict=_overall(checks), as_of=as_of(case, known), checks=checks)


def _overall(checks: tuple[Check, ...]) -> Status:
    found = {check.status for check in checks}
    if Status.INVALID in found:
        return Status.INVALID
    valid = {check.type for check in checks if check.status is Status.VALID}
    if Status.ERROR in found or not all(family.type in valid for family in REQUIRED):
        return Status.ERROR
    return Status.VALID


def _unreadable(finding: Check) -> Verdict:
    def skipped(family: Family) -> Check:
        return family.skipped("The file could not be read as a bundle.")

    checks = tuple(finding if family.type == finding.type else skipped(family) for family in ALL)
    return Verdict(verdict=_overall(checks), as_of=None, checks=checks)
