"""Photographs of the deck: a figure on the display, pictures pulled, the figure found in them."""

import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from service.devices.camera import CameraUnavailableError, fetch_snapshot
from service.devices.codes import decode_codes
from service.devices.pictures import NotAPictureError
from service.devices.site import SiteDevices
from service.devices.yard_io import YardIoUnavailableError, nonce_board_of
from service.domain.weighing import Photograph

NONCES = 10**8
"""Eight digits: who replays a picture guesses one in so many."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """Pictures of one moment; ``nonce`` stood on the display meanwhile, None where none did."""

    photographs: tuple[Photograph, ...]
    nonce: str | None


class DeckCameras:
    """The cameras of ``site`` that look at the deck, and the display that they have in view."""

    def __init__(self, site: SiteDevices) -> None:
        self._site = site
        self._board = nonce_board_of(site)

    def pull(self) -> Pulled:
        """Pictures of all cameras, pulled at once, without the silent ones; not for two threads."""
        nonce = self._shown_nonce()
        photographs = photographs_of(self._site.deck_cameras)
        if nonce is not None:
            self._clear()
            photographs = [self._checked(each, nonce) for each in photographs]
        return Pulled(photographs=tuple(photographs), nonce=nonce)

    def close(self) -> None:
        """Close the line to the display."""
        if self._board is not None:
            self._board.close()

    def _shown_nonce(self) -> str | None:
        """A new figure that stands on the display now; None where it cannot be shown."""
        if self._board is None:
            return None
        nonce = f"{secrets.randbelow(NONCES):08d}"
        try:
            self._board.show(nonce)
        except YardIoUnavailableError as error:
            log.warning("figure on the display: %s", error)
            return None
        return nonce

    def _clear(self) -> None:
        if self._board is not None:
            with suppress(YardIoUnavailableError):  # the next figure takes its place anyway
                self._board.clear()

    def _checked(self, photograph: Photograph, nonce: str) -> Photograph:
        if photograph.camera_id not in self._site.display_cameras:
            return photograph
        return replace(photograph, nonce_ok=shows(photograph.data, nonce))


def photographs_of(cameras: Mapping[str, str]) -> list[Photograph]:
    """Pictures of all ``cameras`` (URLs by id), pulled at once; silent ones are left out."""
    with ThreadPoolExecutor(max_workers=max(len(cameras), 1)) as pool:
        taken = pool.map(_photograph, cameras, cameras.values())
        return [photograph for photograph in taken if photograph is not None]


def shows(picture: bytes, nonce: str) -> bool:
    """Whether a QR code of ``nonce`` is to be read in the picture; not in a damaged one."""
    try:
        return any(code.text == nonce for code in decode_codes(picture))
    except NotAPictureError:
        return False


def _photograph(camera_id: str, url: str) -> Photograph | None:
    try:
        snapshot = fetch_snapshot(camera_id, url)
    except CameraUnavailableError:
        return None
    return Photograph(
        camera_id=camera_id,
        taken_at=datetime.now(UTC),
        media_type=snapshot.media_type,
        sha256=sha256(snapshot.data).hexdigest(),
        data=snapshot.data,
    )
