"""``python -m service.proof``: verification for someone who has only this.

Needs the folders ``service/domain`` and ``service/proof``, Python, and the package ``sha3``; with
``eth_keys`` it also checks who signed a promise, without it the answer says that it did not. Prints
the verdict as JSON; exit 0 VALID, 1 INVALID, 2 could not tell.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from service.proof.bundle_reader import read_bundle
from service.proof.errors import FileShapeError, FileVersionError
from service.proof.omission import verify_promise
from service.proof.promise import InclusionPromise, promise_of, read_promises
from service.proof.trust import Trust, read_trust
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify

EXIT_CODES = {Status.VALID: 0, Status.INVALID: 1}
COULD_NOT_TELL = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one bundle, or one promise alone, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m service.proof", description="Verify a bundle.")
    parser.add_argument("bundle", type=Path, nargs="?", help="a file .ferrotrace.json")
    parser.add_argument("--trust", type=Path, help="the trust file of the issuer")
    parser.add_argument("--audience", choices=("plant", "bank"), help="whose fields must show")
    parser.add_argument("--promise", help="FT1.… or the address in a ticket's QR code")
    parser.add_argument("--log", type=Path, help="entries of the log, for a promise alone")
    chosen = parser.parse_args(arguments)
    if chosen.bundle is None and chosen.promise is None:
        parser.error("name a bundle or a promise")
    try:
        verdict = _verdict(chosen)
    except (OSError, FileShapeError, FileVersionError) as error:
        sys.stderr.write(f"could not tell: {error}\n")
        return COULD_NOT_TELL
    sys.stdout.write(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2) + "\n")
    return EXIT_CODES.get(verdict.verdict, COULD_NOT_TELL)


def _verdict(chosen: argparse.Namespace) -> Verdict:
    trust = read_trust(chosen.trust.read_bytes()) if chosen.trust else None
    promises = read_promises(chosen.promise) if chosen.promise else []
    if chosen.bundle is None:
        entries = chosen.log.read_bytes() if chosen.log else None
        # Of several on one ticket the last is the ticket's own.
        return verify_promise(promises[-1], trust=trust, entries=entries)
    return _of_bundle(chosen.bundle.read_bytes(), promises, trust, chosen.audience)


def _of_bundle(
    raw: bytes, promises: Sequence[InclusionPromise], trust: Trust | None, audience: str | None
) -> Verdict:
    if not promises:
        return verify(raw, trust=trust, audience=audience)
    bundle = read_bundle(raw)
    promise = promise_of(bundle.document.target_hash, promises)
    return verify(replace(bundle, promise=promise), trust=trust, audience=audience)


if __name__ == "__main__":
    sys.exit(main())
