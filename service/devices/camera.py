"""Pictures pulled from a network camera over HTTP."""

from dataclasses import dataclass

import requests

from service.devices.http_client import YardSession
from service.devices.pictures import LARGEST_BYTES, picture_header
from service.domain.errors import RuleBrokenError, UnavailableError, gettext_noop

TIMEOUT_S = 3.0
CHUNK_BYTES = 64 * 1024


class CameraUnavailableError(UnavailableError):
    """A camera gives no picture."""

    message = gettext_noop("Camera %(value)s gives no picture: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A picture file with its media type."""

    data: bytes
    media_type: str


def fetch_snapshot(camera_id: str, url: str, *, timeout_s: float = TIMEOUT_S) -> Snapshot:
    """Picture that camera ``camera_id`` sees now; raises CameraUnavailableError.

    What is no JPEG or PNG, or is larger than the limits, is no picture.
    """
    try:
        with (
            YardSession() as session,
            session.get(url, timeout=timeout_s, stream=True) as answer,
        ):
            answer.raise_for_status()
            data = bytearray()
            for chunk in answer.iter_content(CHUNK_BYTES):
                data += chunk
                if len(data) > LARGEST_BYTES:
                    break
        header = picture_header(bytes(data))
    except (requests.RequestException, RuleBrokenError) as error:
        raise CameraUnavailableError(
            field="camera", value=camera_id, limit=f"{type(error).__name__}: {error}"
        ) from error
    return Snapshot(data=bytes(data), media_type=header.media_type)
