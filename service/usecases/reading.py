"""Reading documents back from the journal."""

import json
from typing import Any

from service.domain.correction import standing_record
from service.proof.document import document_data
from service.storage.journal import JournalRow


def document_record(entry: JournalRow | None) -> dict[str, Any]:
    """The ``record`` of a journalled document, without salts; of a correction the corrected one."""
    assert entry is not None  # noqa: S101 # a foreign key holds it
    return standing_record(document_data(json.loads(entry.document)))
