"""The built page as it is served: its bytes unchanged, under a policy that allows only them.

A visitor who saves the page has the very file whose hash the company publishes.
"""

import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path

BUILT = Path(__file__).parents[1] / "static" / "verifier" / "verify.html"
_INLINE = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1>", re.DOTALL)


@cache
def page_bytes() -> bytes:
    """The file, byte by byte."""
    return BUILT.read_bytes()


@cache
def page_policy() -> str:
    """Content security policy of the page.

    Only the script and the style that stand in it run; it may ask any query service that the
    visitor names, and nothing else leaves it.
    """
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, text in _INLINE.findall(page_bytes().decode()):
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        hashes[tag].append(f"'sha256-{digest}'")
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(hashes['script'])}",
            f"style-src {' '.join(hashes['style'])}",
            "img-src 'self' data:",
            "connect-src http: https:",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
