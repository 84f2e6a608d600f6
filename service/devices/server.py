"""A small threaded HTTP server for the programs that run beside the scale."""

import logging
from threading import Thread

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

POLL_S = 0.05


class QuietHandler(WSGIRequestHandler):
    """Keep-alive, and no line on standard error for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        logging.getLogger(__name__).debug("%s %s %s %s", self.command, self.path, code, size)


class HttpServer:
    """``app`` on ``host:port`` in threads of its own; port 0 picks a free one."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._server: BaseWSGIServer = make_server(
            host, port, app, threaded=True, request_handler=QuietHandler
        )
        self.port = self._server.server_port
        self._thread = Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="http", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
