"""``ferrotrace web``: pages and API under gunicorn."""

import os
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from service.bootstrap.web import web_app
from service.config import Settings, configure_logging, read_settings, without_account


class LogThroughUs(Logger):
    """Gunicorn's own lines go the way of all others."""

    def setup(self, cfg: Config) -> None:
        """Take gunicorn's handlers away."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class WebServer(BaseApplication):
    """Gunicorn with settings given by this program, not read from files or command lines."""

    def __init__(self, settings: Settings, **options: object) -> None:
        """Keep ``options``, which are gunicorn's."""
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Join the service, once in each worker process."""
        return web_app(self._settings)


def server(settings: Settings, *, bind: str, workers: int, threads: int) -> WebServer:
    """The web server, ready to run."""
    options: dict[str, Any] = {
        "bind": bind,
        "workers": workers,
        "worker_class": "gthread",
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": 8,
        "keepalive": 15,
        "logger_class": LogThroughUs,
        "control_socket_disable": True,
    }
    return WebServer(settings, **options)


@click.command("web")
@click.option(
    "--bind",
    envvar="FERROTRACE_BIND",
    default="127.0.0.1:8000",
    show_default=True,
    help="Address to serve on (FERROTRACE_BIND).",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def command(*, bind: str, workers: int, threads: int) -> None:
    """Serve pages and API until SIGTERM. Settings come from the environment (docs/operating.md)."""
    configure_logging()
    without_account(os.environ)
    server(read_settings(), bind=bind, workers=workers, threads=threads).run()
