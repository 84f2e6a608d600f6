"""Text that the LAN server sends, compressed where the browser takes it: a bad WLAN is slow."""

import gzip

from flask import Response, request

SMALLER = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)
"""Media types that compression makes smaller; streams of events are none of them."""

FROM_BYTES = 1_000
"""Below, the header costs more than is won."""


def smaller(answer: Response) -> Response:
    """``answer``, compressed where that is of use; its ETag becomes a weak one then."""
    answer.vary.add("Accept-Encoding")
    if not _may_shrink(answer):
        return answer
    answer.direct_passthrough = False
    data = answer.get_data()
    if len(data) < FROM_BYTES:
        return answer
    answer.set_data(gzip.compress(data, mtime=0))
    answer.headers["Content-Encoding"] = "gzip"
    etag, _ = answer.get_etag()
    if etag is not None:
        answer.set_etag(etag, weak=True)
    return answer


def _may_shrink(answer: Response) -> bool:
    return (
        answer.status_code == 200  # noqa: PLR2004 # a part of a file stays as it is
        and answer.mimetype in SMALLER
        and request.accept_encodings.quality("gzip") > 0
        and "Content-Encoding" not in answer.headers
    )
