"""Everything the use cases need, joined once a process."""

import os
import secrets
from datetime import UTC, datetime

import uuid_utils

from service.bootstrap.engine import LazyExaminer
from service.bootstrap.engine_process import GraderApart, Kept, engine_process
from service.config import Settings
from service.devices.edge_client import EdgeClient
from service.storage.db import Database
from service.usecases.grading_model import stored_blob
from service.usecases.installation import is_demo
from service.usecases.ports import Deps, Grader, Issuer

_UUID_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A UUID of version 7: unique, and in the order of time."""
    return str(uuid_utils.uuid7())


def new_salt() -> str:
    """A UUID of version 4: 122 bits from the operating system.

    Written out here because every leaf of every document needs one: ``uuid.uuid4`` takes twice as
    long, and the quick ones of other libraries draw from a generator that a fork would repeat.
    """
    digits = os.urandom(16).hex()
    variant = _UUID_VARIANT[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def build_deps(settings: Settings) -> Deps:
    """Everything the use cases need, for a process with these settings."""
    db = Database(settings.database_url)
    engine = engine_process()

    def grader_with(head_sha256: str | None, settings_sha256: str | None) -> Grader:
        def kept() -> Kept:
            head, own = (_blob(db, digest) for digest in (head_sha256, settings_sha256))
            if head is None and settings.head_file is not None:
                head = settings.head_file.read_bytes()
            return Kept(head=head, settings=own)

        return GraderApart(engine, kept)

    return Deps(
        db=db,
        now=utc_now,
        new_id=new_id,
        new_salt=new_salt,
        random_bytes=secrets.token_bytes,
        edges={site: EdgeClient(edge.url, edge.token) for site, edge in settings.edges.items()},
        grader=grader_with(None, None),
        issuer=Issuer(
            name=settings.issuer_name,
            document_store=settings.registry_address,
            chain_id=settings.chain_id,
            location=settings.issuer_location,
        ),
        demo=is_demo(db),
        unit=settings.unit,
        public_url=settings.public_url,
        merge_delay_s=settings.merge_delay_s,
        lien_registry=settings.lien_registry_address,
        grader_with=grader_with,
        pictures=LazyExaminer(),
    )


def _blob(db: Database, digest: str | None) -> bytes | None:
    if digest is None:
        return None
    with db.transaction() as tx:
        return stored_blob(tx, digest)
