"""The yard's side of the edge unit, joined: log, book, sign-in, LAN server and the way upstream."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uuid_utils

from service.devices.edge.brief import BriefStore, KeptBrief
from service.devices.edge.captures import CaptureDesk
from service.devices.edge.entries import instant_ms
from service.devices.edge.lan import LanApi, LanParts
from service.devices.edge.lan_app import lan_app
from service.devices.edge.lan_live import LanLive
from service.devices.edge.lan_pictures import LanPictures, ReadPlates
from service.devices.edge.lan_server import LanServer
from service.devices.edge.lan_tickets import LanTickets, PrintTicket
from service.devices.edge.link import Link
from service.devices.edge.local_ca import Certificates, local_certificates
from service.devices.edge.log import YardLog
from service.devices.edge.log_key import key_made_at, log_key
from service.devices.edge.messages import Messages
from service.devices.edge.people import People
from service.devices.edge.scale import Scale
from service.devices.edge.sessions import Sessions
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.tickets import TicketDesk
from service.devices.edge.upstream import Upstream
from service.devices.edge.upstream_client import UpstreamClient, is_loopback
from service.devices.edge.yard import Yard, YardParts
from service.devices.http_answers import Route
from service.devices.photo_hash import perceptual_hash
from service.devices.site import SiteDevices, host_and_port
from service.domain.errors import RuleBrokenError, gettext_noop

EVERY_ADDRESS = frozenset({"0.0.0.0", "[::]"})  # noqa: S104 # such a server needs further names
NOTES_FOR = timedelta(days=7)
"""How far back the pictures and verdicts of open visits are looked up at the start."""

Guarded = Callable[[LanApi], Iterable[Route]]
"""Routes that ask ``LanApi.doer()`` who is signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YardSettings:
    """What the yard's side is told. ``lan`` is ``host:port``; ``upstream`` the server's address.

    ``names`` are further names of this machine on the LAN. ``static`` holds the tablet's program,
    ``translations`` the catalogues. ``print_ticket`` and ``read_plates`` come from other parts.
    """

    lan: str
    upstream: str | None = None
    names: tuple[str, ...] = ()
    static: Path | None = None
    translations: Path | None = None
    print_ticket: PrintTicket | None = None
    read_plates: ReadPlates | None = None
    more_routes: tuple[Guarded, ...] = field(default_factory=tuple)


class LanNameMissingError(RuleBrokenError):
    """An address that no tablet can call."""

    message = gettext_noop("%(value)s stands for every address; name the machine by %(limit)s.")


def certificates_folder(store: Path) -> Path:
    """Where the certificates of the edge unit with the store at ``store`` lie."""
    return store.with_name(store.name + ".ca")


def yard_certificates(store: Path, lan: str, names: tuple[str, ...]) -> Certificates | None:
    """The certificates for the address ``lan``, made where needed; none for loopback.

    Raises LanNameMissingError.
    """
    host = host_and_port(lan)[0]
    if is_loopback(host):
        return None
    own = () if host in EVERY_ADDRESS else (host,)
    every = tuple(dict.fromkeys((*own, *names)))
    if not every:
        raise LanNameMissingError(field="lan", value=lan, limit="--lan-name")
    return local_certificates(certificates_folder(store), every, datetime.now(UTC))


class YardUnit:
    """The yard's side of the edge unit of ``site``, in the same file as its captures."""

    def __init__(
        self,
        site: SiteDevices,
        scale: Scale,
        desk: CaptureDesk,
        settings: YardSettings,
        *,
        store: Path,
        token: str,
    ) -> None:
        now = _utc_now()
        key = log_key(store)
        self._file = SqliteFile(store)
        self.log = YardLog(self._file, site.edge_id, key)
        self.link = Link(now)
        briefs = BriefStore(self._file)
        self.people = People(self._file)
        tickets = TicketDesk(self._file, self.log, key, scale.instrument)
        self.yard = Yard(
            YardParts(
                site_id=site.site_id,
                scale=scale,
                log=self.log,
                briefs=briefs,
                desk=desk,
                link=self.link,
                tickets=tickets,
                perceptual_hash=perceptual_hash,
                on_entry=self._wake,
                now=_utc_now,
                new_id=_new_id,
            ),
            notes_since=instant_ms(now - NOTES_FOR),
        )
        client = None
        self._upstream: Upstream | None = None
        if settings.upstream is not None:
            client = UpstreamClient(settings.upstream, site.edge_id, token)
            self._upstream = Upstream(
                client,
                self.log,
                briefs,
                self.link,
                site_id=site.site_id,
                key_made_at=key_made_at(store),
                now=_utc_now,
                on_brief=self._take_brief,
            )
        certificates = yard_certificates(store, settings.lan, settings.names)
        parts = LanParts(
            site=site,
            yard=self.yard,
            log=self.log,
            link=self.link,
            people=self.people,
            sessions=Sessions(self._file, self.people),
            tickets=tickets,
            messages=Messages(settings.translations),
            upstream=client,
            now=_utc_now,
            is_secure=certificates is not None,
            static=settings.static,
            certificate=certificates.authority if certificates else None,
        )
        api = LanApi(parts)
        self._live = LanLive(parts, scale, api)
        routes = (
            *api.routes(),
            *self._live.routes(),
            *LanPictures(parts, api, settings.read_plates).routes(),
            *LanTickets(parts, api, settings.print_ticket).routes(),
            *(route for guarded in settings.more_routes for route in guarded(api)),
        )
        app = lan_app(parts, scale, routes)
        self.server = LanServer(app, *host_and_port(settings.lan), certificates)
        scheme = "http" if certificates is None else "https"
        self.address = f"{scheme}://{host_and_port(settings.lan)[0]}:{self.server.port}/yard/"

    def start(self) -> None:
        """Answer tablets and go upstream, in threads, until ``stop``."""
        self.server.start()
        if self._upstream is not None:
            self._upstream.start()

    def stop(self) -> None:
        """Close the port and the file."""
        self._live.close()
        self.server.stop()
        if self._upstream is not None:
            self._upstream.stop()
        self._file.close()

    def _wake(self) -> None:
        if self._upstream is not None:
            self._upstream.wake()

    def _take_brief(self, kept: KeptBrief) -> None:
        self.people.take_brief(kept.brief.people, kept.fetched_at)
        self.yard.take_brief(kept)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid_utils.uuid7())
