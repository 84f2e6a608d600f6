"""What can be seen of the running service: request identifiers, access log, health and metrics."""

import re
import time
import uuid

import structlog
from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.storage.views import oldest_unanchored
from service.usecases.ports import Deps
from service.web.context import deps, outside

log = structlog.get_logger("access")

REQUEST_ID = "X-Request-Id"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")

health = Blueprint("health", __name__)


class UnanchoredAge(Collector):
    """How long the oldest record has waited for its anchor; asked when the metrics are."""

    def __init__(self, joined: Deps) -> None:
        self._deps = joined

    def collect(self) -> list[GaugeMetricFamily]:
        with self._deps.db.transaction() as tx:
            oldest_at = oldest_unanchored(tx)
        age_s = 0.0 if oldest_at is None else (self._deps.now() - oldest_at).total_seconds()
        name = "ferrotrace_oldest_unanchored_seconds"
        return [GaugeMetricFamily(name, "Age of the oldest unanchored record.", value=age_s)]

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is collected at registration."""
        return []


class Meters:
    """The counters of one web process."""

    def __init__(self, joined: Deps) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "endpoint", "status")
        self.requests = Counter(
            "ferrotrace_requests", "Requests answered.", labels, registry=self.registry
        )
        self.latency = Histogram(
            "ferrotrace_request_seconds",
            "Time to the answer.",
            labels[:2],
            registry=self.registry,
        )
        self.registry.register(UnanchoredAge(joined))


def init_observing(app: Flask, joined: Deps) -> None:
    meters = Meters(joined)
    app.before_request(_begin)
    app.after_request(lambda response: _end(response, meters))
    app.register_blueprint(health)
    app.add_url_rule("/metrics", "metrics", lambda: _metrics(meters))


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _UUID.match(given) else str(uuid.uuid4())
    g.began_s = time.perf_counter()


def _end(response: Response, meters: Meters) -> Response:
    took_s = time.perf_counter() - g.began_s
    endpoint = request.endpoint or "none"
    meters.requests.labels(request.method, endpoint, str(response.status_code)).inc()
    meters.latency.labels(request.method, endpoint).observe(took_s)
    log.info(
        "request",
        request_id=g.request_id,
        method=request.method,
        path=request.path,
        status=response.status_code,
        took_ms=round(took_s * 1000),
        user_id=g.actor.user_id if "actor" in g else None,
        address=request.remote_addr,
    )
    response.headers[REQUEST_ID] = g.request_id
    return response


def _metrics(meters: Meters) -> Response:
    return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)


@health.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """Whether requests can be served now: each part that is needed, and whether it answers."""
    parts = {
        "database": deps().db.answers(),
        "migrations": deps().db.answers() and outside().is_migrated(),
        "chain": outside().chain_answers(),
    }
    states = {part: "ok" if answers else "down" for part, answers in parts.items()}
    needed = parts["database"] and parts["migrations"]
    return states, 200 if needed else 503
