"""Control of the simulated hardware, passed on by the edge unit beside it."""

from collections.abc import Mapping

import requests
from flask import Response

from service.devices.http_answers import JSON_TYPE
from service.devices.http_client import YardSession
from service.devices.site import SiteDevices
from service.domain.errors import NotFoundError, UnavailableError, gettext_noop

TIMEOUT_S = 5.0


class SimulatorUnavailableError(UnavailableError):
    """The simulator does not answer."""

    message = gettext_noop("The simulator at %(value)s does not answer: %(limit)s.")


def forwarded(
    site: SiteDevices,
    method: str,
    part: str,
    body: bytes,
    *,
    query: Mapping[str, str] | None = None,
) -> Response:
    """Answer of the simulator of ``site``; ``query`` is what follows the path.

    Raises NotFoundError where the scale is a real one, SimulatorUnavailableError.
    """
    if site.simulator_url is None:
        raise NotFoundError(field="simulator", what="simulator", key=site.site_id)
    url = f"{site.simulator_url}/{part}"
    try:
        with YardSession() as session:
            answer = session.request(method, url, params=query, data=body, timeout=TIMEOUT_S)
    except requests.RequestException as error:
        raise SimulatorUnavailableError(
            field="simulator", value=url, limit=type(error).__name__
        ) from error
    media_type = answer.headers.get("Content-Type", JSON_TYPE)
    return Response(answer.content, answer.status_code, content_type=media_type)
