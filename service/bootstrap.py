"""The composition root: the only module that builds database, chain, devices and grader.

Imports that only some processes need stand inside the function that builds the part, so that an
edge unit never loads the chain client and the web never loads the trainer.
"""

import dataclasses
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import uuid_utils

from service.config import ChainAccount, SettingMissingError, Settings
from service.devices.edge_client import EdgeClient
from service.domain.instants import BUSINESS_ZONE
from service.storage.db import Database
from service.storage.migrate import is_migrated
from service.usecases.grading_model import InstalledHead, stored_blob
from service.usecases.installation import is_demo
from service.usecases.ports import (
    BayView,
    CameraPast,
    Deps,
    ExaminedPicture,
    FoundRepeat,
    Grader,
    GraderFailedError,
    Issuer,
    LoadFrame,
    ProposedGrade,
    PublicCopyError,
    SeenBed,
)
from service.usecases.proposed_grade import proposed_grade

if TYPE_CHECKING:
    from flask import Flask

    from service.chain.signer import Signer
    from service.usecases.anchorage import Anchorage
    from service.usecases.audit import Report, Run

WEI_PER_GWEI = 10**9
GRADERS_KEPT = 4
"""Heads of the registry that one process keeps loaded."""

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


def grading_api() -> ModuleType:
    """The image engine, for the commands that train and evaluate it."""
    import grading.api  # noqa: PLC0415 - heavy, and few processes need it

    return grading.api


def grading_label() -> ModuleType:
    """The image engine's data sets, for the command by which a site labels pictures."""
    import grading.label  # noqa: PLC0415 - heavy, and few processes need it

    return grading.label


def catalogues() -> dict[str, Any]:
    """Grade catalogues and mill tables that come with the product, as plain values."""
    from grading.shelf import shelf  # noqa: PLC0415 - few processes need it

    return dict(shelf())


def grading_intake() -> ModuleType:
    """What the image engine says of photographs that come in."""
    import grading.intake  # noqa: PLC0415 - heavy, and few processes need it

    return grading.intake


class LazyExaminer:
    """Looks at photographs that come in; loads what it needs when it is first asked."""

    def examine(self, content: bytes) -> ExaminedPicture:
        """What is kept of a photograph beside its bytes."""
        found = grading_intake().examine(content, BUSINESS_ZONE)
        return ExaminedPicture(
            pixel_sha256=found.pixel_sha256,
            decoder=found.decoder,
            likeness=found.likeness,
            captured_at=found.capture.taken_at,
            camera_make=found.capture.make,
            has_place=found.capture.latitude_ud is not None,
        )

    def repeats(
        self,
        content: bytes,
        known: Sequence[tuple[str, bytes]],
        content_of: Callable[[str], bytes | None],
    ) -> list[FoundRepeat]:
        """Which of the known photographs this one repeats, the surest first."""
        return [
            FoundRepeat(
                photograph_id=repeat.name,
                distance_bits=repeat.distance_bits,
                inliers=repeat.inliers,
                agreement_bp=repeat.agreement_bp,
                mirrored=repeat.mirrored,
            )
            for repeat in grading_intake().find_repeats(content, known, content_of)
        ]

    def public_copy(self, content: bytes) -> bytes:
        """A JPEG with faces and plates blurred; raises ``PublicCopyError``."""
        intake = grading_intake()
        try:
            copy: bytes = intake.public_copy(content).content
        except intake.PictureError as error:
            raise PublicCopyError(value=str(error)) from error
        return copy


class LazyGrader:
    """The image engine, loaded with its head and settings when it is first asked."""

    def __init__(
        self,
        head_file: Path | None = None,
        *,
        blob: Callable[[str], bytes] | None = None,
        head_sha256: str | None = None,
        settings_sha256: str | None = None,
    ) -> None:
        """Load nothing yet.

        ``head_file`` stands for the shipped head where it is given; ``blob`` gives the bytes of a
        head and of settings by the hashes that are named.
        """
        self._head_file = head_file
        self._blob = blob
        self._head_sha256 = head_sha256
        self._settings_sha256 = settings_sha256
        self._engine: Any = None

    def find_bed(self, picture: bytes, bay: BayView) -> SeenBed:
        """Where the bed lies in one picture; raises ``GraderFailedError``."""
        with _engine_failures_told():
            bed = grading_api().find_bed(picture, _bay(bay))
        return SeenBed(
            corners_px=bed.corners, refined=bed.refined, scale_um_per_px=bed.scale_um_per_px
        )

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        """A proposal for the load that the frames show; raises ``GraderFailedError``."""
        with _engine_failures_told():
            seen = [
                grading_api().Frame(content=one.content, at=one.at, mass_kg=one.mass_kg)
                for one in frames
            ]
            at = None if bay is None else _bay(bay)
            return proposed_grade(self._loaded().propose_load(seen, at, _past(past)))

    def _loaded(self) -> Any:
        if self._engine is None:
            head = self._bytes_of(self._head_sha256)
            if head is None and self._head_file is not None:
                head = self._head_file.read_bytes()
            self._engine = grading_api().grader_of(head, self._bytes_of(self._settings_sha256))
        return self._engine

    def _bytes_of(self, digest: str | None) -> bytes | None:
        return None if digest is None or self._blob is None else self._blob(digest)


def grader_of_bytes(head: bytes, settings: bytes) -> Grader:
    """The image engine with a head and settings that somebody kept."""
    kept = {"head": head, "settings": settings}
    return LazyGrader(blob=kept.__getitem__, head_sha256="head", settings_sha256="settings")


@contextmanager
def _engine_failures_told() -> Iterator[None]:
    """Say that the engine failed, with its own words; ``NotFoundError`` where a blob is gone."""
    try:
        yield
    except (grading_api().GradingError, OSError, RuntimeError, ValueError) as error:
        raise GraderFailedError(value=str(error)) from error


def _bay(bay: BayView) -> Any:
    return grading_api().Bay(**{name: getattr(bay, name) for name in bay.__slots__})


def _past(past: CameraPast | None) -> Any:
    if past is None:
        return None
    engine = grading_api()
    first, last = (
        [engine.Usual(**dataclasses.asdict(look)) for look in looks]
        for looks in (past.first, past.last)
    )
    return engine.CameraPast(first=first, last=last)


def installed_head(settings: Settings) -> InstalledHead:
    """The head that looks where nobody has named one: of the setting, else the shipped one."""
    engine = grading_api()
    path = settings.head_file
    content = engine.shipped_head() if path is None else path.read_bytes()
    about = engine.describe_head(content)
    origin = "shipped" if path is None else path.stem
    return InstalledHead(
        content=content,
        name=f"{origin} {about['head_sha256'][:12]}",
        licence="the product's own; see the model card",
        about=about,
    )


def build_deps(settings: Settings) -> Deps:
    """Everything the use cases need, for a process with these settings."""
    db = Database(settings.database_url)

    def blob(digest: str) -> bytes:
        with db.transaction() as tx:
            return stored_blob(tx, digest)

    @lru_cache(maxsize=GRADERS_KEPT)
    def grader_with(head_sha256: str | None, settings_sha256: str | None) -> Grader:
        return LazyGrader(
            settings.head_file,
            blob=blob,
            head_sha256=head_sha256,
            settings_sha256=settings_sha256,
        )

    return Deps(
        db=db,
        now=utc_now,
        new_id=new_id,
        new_salt=new_salt,
        random_bytes=secrets.token_bytes,
        edges={site: EdgeClient(edge.url, edge.token) for site, edge in settings.edges.items()},
        grader=LazyGrader(settings.head_file),
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


def web_app(settings: Settings) -> "Flask":
    """The web application."""
    from service.web.app import create_app  # noqa: PLC0415 - only the web needs it
    from service.web.context import Outside  # noqa: PLC0415

    deps = build_deps(settings)

    def migrated() -> bool:
        with deps.db.transaction() as tx:
            return is_migrated(tx)

    return create_app(
        deps,
        settings,
        Outside(
            verify=_verifier(settings),
            chain_answers=lambda: _chain_answers(settings),
            is_migrated=migrated,
            audit=auditor(settings, deps.db),
            trust=lambda: trust_file_bytes(settings),
            edge_tokens={site: edge.token for site, edge in settings.edges.items()},
            catalogues=catalogues,
        ),
    )


def anchorage(settings: Settings) -> "Anchorage":
    """The registry with the account that writes to it; the worker's alone."""
    from service.chain.registry import RegistryClient  # noqa: PLC0415 - loads the chain client
    from service.usecases.anchorage import Anchorage, FinalityPolicy  # noqa: PLC0415
    from service.usecases.pace import Pace  # noqa: PLC0415

    return Anchorage(
        registry=RegistryClient(settings.rpc_urls, settings.registry_address),
        signer=account_signer(settings.account),
        finality=FinalityPolicy.of(settings.finality),
        max_cost_wei=settings.anchor_max_gwei * WEI_PER_GWEI,
        pace=Pace.adaptive(
            shortest=timedelta(seconds=settings.batch_interval_s),
            wei_a_day=settings.anchor_gwei_a_day * WEI_PER_GWEI,
        ),
    )


def account_signer(account: ChainAccount) -> "Signer":
    """The account as it signs: behind a service, from its keystore, or from the key itself.

    Raises ``SettingMissingError`` where no setting leads to a key, and ``KeyFileError``.
    """
    from service.chain.keystore import signer_from_file  # noqa: PLC0415 - loads the chain client
    from service.chain.remote_signer import RemoteSigner  # noqa: PLC0415
    from service.chain.signer import LocalSigner  # noqa: PLC0415

    if account.signer_url:
        return RemoteSigner(account.signer_url, address=account.address)
    if account.keystore is not None:
        return signer_from_file(account.keystore, lambda: _password(account))
    if not account.key:
        raise SettingMissingError(name="FERROTRACE_ANCHOR_KEYSTORE")
    return LocalSigner(account.key)


def account_address(account: ChainAccount) -> str:
    """Address of the account; of a keystore it is told without the password."""
    from service.chain.keystore import keystore_address  # noqa: PLC0415 - loads the chain client

    if account.keystore is not None and not account.signer_url:
        return keystore_address(account.keystore)
    return account_signer(account).address


def _password(account: ChainAccount) -> str:
    if account.password_file is None:
        raise SettingMissingError(name="FERROTRACE_ANCHOR_PASSWORD_FILE")
    return account.password_file.read_text("utf-8").rstrip("\r\n")


def lien_recorder(settings: Settings, deps: Deps) -> Callable[[], int]:
    """What puts relayed orders of liens on record; does nothing without a lien registry."""
    from service.chain.liens import LienRegistryClient  # noqa: PLC0415 - loads the chain client
    from service.usecases.lien_recording import record_relayed  # noqa: PLC0415

    if not settings.lien_registry_address:
        return lambda: 0
    registry = LienRegistryClient(settings.rpc_urls, settings.lien_registry_address)
    return lambda: record_relayed(deps, registry)


def trust_content(settings: Settings, deps: Deps) -> dict[str, Any]:
    """The trust file of this service, with the registry as the chain has it now."""
    from service.chain.reader import ChainReader  # noqa: PLC0415 - loads the chain client
    from service.usecases.bundle import trust_content as content  # noqa: PLC0415

    with ChainReader(settings.rpc_urls, settings.registry_address) as reader:
        return content(
            deps,
            chain_id=reader.chain_id(),
            code_hash=reader.code_hash(settings.registry_address),
            validators=reader.validators() if settings.finality == "qbft" else [],
        )


def trust_file_bytes(settings: Settings) -> bytes | None:
    """The trust file that the worker wrote last, None before the first."""
    try:
        return settings.trust_file.read_bytes()
    except FileNotFoundError:
        return None


def auditor(settings: Settings, db: Database, run: "Run | None" = None) -> "Callable[[], Report]":
    """The audit of this service: its database against its registry, where it has one."""
    from service.chain.registry import RegistryClient  # noqa: PLC0415 - loads the chain client
    from service.usecases.audit import audit  # noqa: PLC0415

    def report() -> "Report":
        if not settings.rpc_urls or not settings.registry_address:
            return audit(db, None, run)
        with RegistryClient(settings.rpc_urls, settings.registry_address) as chain:
            return audit(db, chain, run)

    return report


def _verifier(settings: Settings) -> Callable[[bytes, str | None], dict[str, Any]]:
    from service.chain.reader import ChainReader  # noqa: PLC0415 - loads the chain client
    from service.proof.trust import read_trust  # noqa: PLC0415
    from service.proof.verify import verify  # noqa: PLC0415

    def verdict(bundle: bytes, audience: str | None) -> dict[str, Any]:
        trust_file = settings.trust_file
        trust = read_trust(trust_file.read_bytes()) if trust_file.exists() else None
        with ChainReader(settings.rpc_urls, settings.registry_address) as chain:
            return verify(bundle, trust=trust, chain=chain, audience=audience).as_json()

    return verdict


def _chain_answers(settings: Settings) -> bool:
    from service.chain.reader import ChainReader  # noqa: PLC0415 - loads the chain client
    from service.domain.errors import UnavailableError  # noqa: PLC0415

    try:
        with ChainReader(settings.rpc_urls, settings.registry_address, timeout_s=2) as reader:
            return reader.chain_id() > 0
    except UnavailableError:
        return False
