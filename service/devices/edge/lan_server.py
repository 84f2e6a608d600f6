"""The server of the LAN: HTTPS by the yard's own authority; plain HTTP only for this machine."""

import logging
from threading import Thread

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from flask import Flask

from service.devices.edge.local_ca import Certificates
from service.devices.edge.upstream_client import is_loopback
from service.domain.errors import RuleBrokenError, gettext_noop

THREADS = 32
"""Each tablet keeps one thread for its live stream."""

TIMEOUT_S = 10

log = logging.getLogger(__name__)


class PlainHttpError(RuleBrokenError):
    """Plain HTTP on an address that other machines reach."""

    message = gettext_noop(
        "Address %(value)s is reached by other machines: plain HTTP is for %(limit)s alone."
    )


class LanServer:
    """``app`` on ``host:port`` in threads of its own; port 0 picks a free one.

    Without ``certificates`` it speaks plain HTTP, on loopback alone: raises PlainHttpError.
    """

    def __init__(
        self, app: Flask, host: str, port: int, certificates: Certificates | None = None
    ) -> None:
        if certificates is None and not is_loopback(host):
            raise PlainHttpError(field="lan", value=host, limit="127.0.0.1")
        self._server = _QuietServer(
            (host, port), app, numthreads=THREADS, timeout=TIMEOUT_S, shutdown_timeout=1
        )
        if certificates is not None:
            self._server.ssl_adapter = BuiltinSSLAdapter(
                str(certificates.leaf), str(certificates.leaf_key)
            )
        self._server.prepare()
        self.port: int = self._server.bind_addr[1]
        self._thread = Thread(target=self._server.serve, name="lan", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the port; returns when no request is being answered."""
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join()


class _QuietServer(Server):
    """Refused handshakes and cut connections are no alarm."""

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:  # noqa: FBT001, FBT002 # cheroot's own signature
        log.log(min(level, logging.INFO), msg.strip(), exc_info=traceback)
