"""Evidence documents, and the bundles by which outsiders verify them."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response

from service.domain.access import Action
from service.proof.bundle import FILE_SUFFIX
from service.storage import views
from service.storage.views import DocumentRow
from service.usecases.bundle import bundle
from service.web.api.fields import Answer, Hash
from service.web.api.reading import found
from service.web.context import deps, reader
from service.web.kept import require_all_told, require_told
from service.web.openapi import JSON, Section

SECTION = Section.of("documents", "What was recorded, and how far on its way to the chain it is.")


class DocumentAnswer(Answer):
    """``state`` is recorded, sealed, submitted, mined, confirmed or final; ``data`` the document's
    data without salts."""

    kind: str
    document_id: str
    subject_id: str
    target_hash: Hash
    recorded_at: datetime
    state: str
    state_at: datetime
    batch_no: int | None
    data: dict[str, Any]


@SECTION.get("/v1/documents/<hash:target_hash>", answer=DocumentAnswer)
def get_document(target_hash: str) -> DocumentAnswer:
    """A document and its state."""
    with deps().db.transaction() as tx:
        may_read = reader(Action.EVIDENCE_EXPORT)
        row = found(views.document(tx, may_read, target_hash), "document", target_hash)
        require_told(tx, row.subject_id, kind=row.kind)
        data = found(views.document_content(tx, may_read, target_hash), "document", target_hash)
    members = {name: getattr(row, name) for name in DocumentAnswer.model_fields if name != "data"}
    return DocumentAnswer(**members, data=data)


@SECTION.get("/v1/documents/<hash:target_hash>/bundle", media_type=JSON)
def get_document_bundle(target_hash: str) -> Response:
    """The bundle of a document: itself with every proof that exists by now.

    Anybody can verify it, here at POST /v1/verifications or without this service.
    """
    with deps().db.transaction() as tx:
        seen = views.document(tx, reader(Action.EVIDENCE_EXPORT), target_hash)
        row = found(seen, "document", target_hash)
        require_told(tx, row.subject_id, kind=row.kind)
        content = bundle(row.target_hash, deps())
    return _download(content, JSON, f"{target_hash}{FILE_SUFFIX}")


@SECTION.get("/v1/deliveries/<record:delivery_id>/bundles", media_type="application/zip")
def get_delivery_bundles(delivery_id: str) -> Response:
    """The bundles of a delivery and of its weighings at both scales, as one ZIP file."""
    with deps().db.transaction() as tx:
        may_read = reader(Action.EVIDENCE_EXPORT)
        detail = found(views.delivery(tx, may_read, delivery_id), "delivery", delivery_id)
        subjects = (delivery_id, detail.row.visit_id, detail.plant_visit_id)
        rows = [
            row for subject in subjects if subject for row in views.documents(tx, may_read, subject)
        ]
        content = _zipped(rows)
    return _download(content, "application/zip", f"{detail.row.delivery_no}.zip")


@SECTION.get("/v1/visits/<record:visit_id>/bundles", media_type="application/zip")
def get_visit_bundles(visit_id: str) -> Response:
    """The bundles of a visit: weighings, grade, and its ticket, as one ZIP file."""
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, reader(Action.EVIDENCE_EXPORT), visit_id), "visit", visit_id)
        require_all_told(tx, visit_id, [row.kind for row in detail.documents])
        content = _zipped(detail.documents)
    return _download(content, "application/zip", f"{visit_id}.zip")


def _zipped(rows: Iterable[DocumentRow]) -> bytes:
    """A ZIP file of bundles, the same bytes for the same bundles."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            name = f"{row.kind}-{row.document_id}{FILE_SUFFIX}"
            archive.writestr(zipfile.ZipInfo(name), bundle(row.target_hash, deps()))
    return buffer.getvalue()


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
