"""``python -m service.proof BUNDLE [--trust FILE]``: verification for someone who has only this.

Needs the folders ``service/domain`` and ``service/proof``, Python, and the package ``sha3``. Prints
the verdict as JSON; exit 0 VALID, 1 INVALID, 2 could not tell.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from service.proof.errors import FileShapeError, FileVersionError
from service.proof.trust import read_trust
from service.proof.verdict import Status
from service.proof.verify import verify

EXIT_CODES = {Status.VALID: 0, Status.INVALID: 1}
COULD_NOT_TELL = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one bundle and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m service.proof", description="Verify a bundle.")
    parser.add_argument("bundle", type=Path, help="a file .ferrotrace.json")
    parser.add_argument("--trust", type=Path, help="the trust file of the issuer")
    parser.add_argument("--audience", choices=("plant", "bank"), help="whose fields must show")
    chosen = parser.parse_args(arguments)
    try:
        raw = chosen.bundle.read_bytes()
        trust = read_trust(chosen.trust.read_bytes()) if chosen.trust else None
    except (OSError, FileShapeError, FileVersionError) as error:
        sys.stderr.write(f"could not tell: {error}\n")
        return COULD_NOT_TELL
    verdict = verify(raw, trust=trust, audience=chosen.audience)
    sys.stdout.write(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2) + "\n")
    return EXIT_CODES.get(verdict.verdict, COULD_NOT_TELL)


if __name__ == "__main__":
    sys.exit(main())
