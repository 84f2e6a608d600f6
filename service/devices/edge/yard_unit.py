"""The yard's side of the edge unit, joined: log, book, sign-in, LAN server and the way upstream."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uuid_utils

from service.devices.edge.brief import BriefStore, KeptBrief
from service.devices.edge.commissioning import CommissioningDesk
from service.devices.edge.commissioning_api import CommissioningApi
from service.devices.edge.commissioning_store import CommissioningStore
from service.devices.edge.deck_unit import DeckUnit
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
from service.devices.edge.print_queue import PrintQueue, PrintSheet
from service.devices.edge.scale import Scale
from service.devices.edge.sessions import Sessions
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.tickets import TicketDesk
from service.devices.edge.upstream import Upstream
from service.devices.edge.upstream_client import UpstreamClient, is_loopback
from service.devices.edge.yard import Captures, Yard, YardParts
from service.devices.http_answers import Route
from service.devices.photo_hash import perceptual_hash
from service.devices.site import SiteDevices, host_and_port
from service.devices.yard_io import devices_of
from service.domain.deck_lights import Beams
from service.domain.errors import RuleBrokenError, gettext_noop

EVERY_ADDRESS = frozenset({"0.0.0.0", "[::]"})  # noqa: S104 # such a server needs further names
NOTES_FOR = timedelta(days=7)
"""How far back the pictures and verdicts of open visits are looked up at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YardSettings:
    """What the yard's side is told. ``lan`` is ``host:port``; ``upstream`` the server's address.

    ``names`` are further names of this machine on the LAN. ``static`` holds the tablet's program,
    ``translations`` the catalogues. ``print_ticket``, ``print_roll`` (the printer beside the scale)
    and ``read_plates`` come from other parts.
    """

    lan: str
    upstream: str | None = None
    names: tuple[str, ...] = ()
    static: Path | None = None
    translations: Path | None = None
    print_ticket: PrintTicket | None = None
    print_roll: PrintSheet | None = None
    read_plates: ReadPlates | None = None


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
        desk: Captures,
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
        self.people = People(self._file)
        self.sessions = Sessions(self._file, self.people)
        self.briefs = BriefStore(self._file)
        self._tickets = TicketDesk(self._file, self.log, key, scale.instrument)
        self.printer = None if settings.print_roll is None else PrintQueue(settings.print_roll)
        self.yard = Yard(
            YardParts(
                site_id=site.site_id,
                scale=scale,
                log=self.log,
                briefs=self.briefs,
                desk=desk,
                link=self.link,
                tickets=self._tickets,
                printer=self.printer,
                perceptual_hash=perceptual_hash,
                beams=self._beams,
                on_entry=self._wake,
                now=_utc_now,
                new_id=_new_id,
            ),
            notes_since=instant_ms(now - NOTES_FOR),
        )
        self._client = (
            None
            if settings.upstream is None
            else UpstreamClient(settings.upstream, site.edge_id, token)
        )
        self._upstream = self._way_up(site, key_made_at(store))
        certificates = yard_certificates(store, settings.lan, settings.names)
        parts = self._lan_parts(site, settings, certificates)
        api = LanApi(parts)
        self._live = LanLive(parts, scale)
        plates = settings.read_plates
        self._deck = DeckUnit(site, scale, self.yard, api, devices_of(site), plates)
        self.app = lan_app(
            parts,
            scale,
            api,
            (
                *api.routes(),
                *self._live.routes(),
                *LanPictures(parts, api, plates).routes(),
                *LanTickets(parts, settings.print_ticket, self.printer).routes(),
                *self._deck.routes(),
                *self._commissioning(site, scale, api),
            ),
        )
        host, port = host_and_port(settings.lan)
        self.server = LanServer(self.app, host, port, certificates)
        scheme = "http" if certificates is None else "https"
        name = host if host not in EVERY_ADDRESS else settings.names[0]
        self.address = f"{scheme}://{name}:{self.server.port}/yard/"

    def start(self) -> None:
        """Answer tablets, drive the deck and go upstream, in threads, until ``stop``."""
        self.server.start()
        self._deck.start()
        self.yard.departures.start()
        if self.printer is not None:
            self.printer.start()
        if self._upstream is not None:
            self._upstream.start()

    def stop(self) -> None:
        """Close the port and the file."""
        self._live.close()
        self.server.stop()
        self._deck.stop()
        self.yard.departures.stop()
        if self.printer is not None:
            self.printer.stop()
        if self._upstream is not None:
            self._upstream.stop()
        self._file.close()

    def take_brief_document(self, document: Mapping[str, Any], etag: str) -> None:
        """Go on from a brief that came another way than from upstream (on a stick, in a test)."""
        self._take_brief(self.briefs.keep(document, etag, _utc_now()))

    def _way_up(self, site: SiteDevices, made_at: datetime) -> Upstream | None:
        if self._client is None:
            return None
        return Upstream(
            self._client,
            self.log,
            self.briefs,
            self.link,
            site_id=site.site_id,
            key_made_at=made_at,
            now=_utc_now,
            on_brief=self._take_brief,
        )

    def _lan_parts(
        self, site: SiteDevices, settings: YardSettings, certificates: Certificates | None
    ) -> LanParts:
        return LanParts(
            site=site,
            yard=self.yard,
            log=self.log,
            link=self.link,
            people=self.people,
            sessions=self.sessions,
            tickets=self._tickets,
            prints=self.printer is not None,
            messages=Messages(settings.translations),
            upstream=self._client,
            now=_utc_now,
            is_secure=certificates is not None,
            static=settings.static,
            certificate=certificates.authority if certificates else None,
        )

    def _commissioning(self, site: SiteDevices, scale: Scale, api: LanApi) -> tuple[Route, ...]:
        desk = CommissioningDesk(site.instrument, scale, CommissioningStore(self._file))
        return CommissioningApi(desk, site.site_id, lambda: api.doer().actor).routes()

    def _beams(self) -> Beams:
        """The beams of the deck, which is joined after the yard that it serves."""
        return self._deck.beams()

    def _wake(self) -> None:
        if self._upstream is not None:
            self._upstream.wake()
        else:
            self.link.counted(queued=self.log.head()[0], held=0)

    def _take_brief(self, kept: KeptBrief) -> None:
        self.people.take_brief(kept.brief.people, kept.fetched_at)
        self.yard.take_brief(kept)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid_utils.uuid7())
