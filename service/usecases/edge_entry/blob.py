"""Pictures come ahead of the entries that name them, each by its own hash."""

from service.devices.pictures import picture_header
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.proof.hashing import sha256
from service.storage import edge_entry as entries
from service.storage.edge_entry import BlobRow
from service.usecases.edge_entry.registration import key_of_unit
from service.usecases.ports import Deps


class BlobDamagedError(RuleBrokenError):
    """A picture that is not what its address says."""

    message = gettext_noop("The picture hashes to %(value)s, its address says %(limit)s.")


def keep_blob(edge_id: str, site_id: str, digest: str, content: bytes, deps: Deps) -> None:
    """Keep the picture whose SHA-256 is ``digest`` (hex); harmless when repeated.

    Raises ``BlobDamagedError``, and ``PictureError`` for what is no picture.
    """
    computed = sha256(content)
    if computed.hex() != digest:
        raise BlobDamagedError(field="sha256", value=computed.hex(), limit=digest)
    media_type = picture_header(content).media_type
    with deps.db.transaction() as tx:
        key_of_unit(tx, edge_id, site_id)
        entries.add_blob(
            tx,
            BlobRow(
                sha256=computed,
                edge_id=edge_id,
                media_type=media_type,
                content=content,
                received_at=whole_second(deps.now()),
            ),
        )
