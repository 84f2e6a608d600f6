"""The receipt of a document as the API answers it."""

from datetime import datetime

from service.web.api.fields import Answer


class PromiseAnswer(Answer):
    """``state`` is signed, pending (the site has not signed yet) or missed (it never will).

    A signed one promises that the document is in the log by ``include_by``; ``text`` is what a
    code carries and ``ferrotrace verify --promise`` reads. ``anchored_at`` is the time of the
    block that holds the document.
    """

    state: str
    recorded_at: datetime
    include_by: datetime | None
    key_id: str | None
    signature: str | None
    text: str | None
    anchored_at: datetime | None
