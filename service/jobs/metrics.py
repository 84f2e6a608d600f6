"""What the worker shows at /metrics beside its jobs: the way to the chain, and its account."""

from collections.abc import Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.domain.errors import FerrotraceError
from service.storage.views import AnchoringFigures, anchoring_figures
from service.usecases.anchorage import Anchorage
from service.usecases.ports import Deps

WEI_PER_GWEI = 10**9


class AnchoringMetrics(Collector):
    """Asked when the metrics are. What cannot be told is left out: silence is not zero."""

    def __init__(self, deps: Deps, anchorage: Anchorage) -> None:
        """Keep what is asked."""
        self._deps = deps
        self._anchorage = anchorage

    def describe(self) -> list[Metric]:
        """Nothing is collected at registration."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures of now."""
        with self._deps.db.transaction() as tx:
            figures = anchoring_figures(tx)
        yield from self._ages(figures)
        yield from _counts(figures)
        yield from self._balance()

    def _ages(self, figures: AnchoringFigures) -> Iterator[Metric]:
        oldest_at = figures.oldest_unanchored_at
        age_s = 0.0 if oldest_at is None else (self._deps.now() - oldest_at).total_seconds()
        name = "ferrotrace_oldest_unanchored_seconds"
        yield GaugeMetricFamily(name, "Age of the oldest unanchored record.", value=max(0.0, age_s))

    def _balance(self) -> Iterator[Metric]:
        try:
            account = self._anchorage.signer.address
            balance_wei = self._anchorage.registry.balance_wei(account)
        except FerrotraceError:
            return
        balance = GaugeMetricFamily(
            "ferrotrace_account_balance_gwei", "What the account has.", labels=["account"]
        )
        balance.add_metric([account], balance_wei // WEI_PER_GWEI)
        yield balance


def _counts(figures: AnchoringFigures) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "ferrotrace_documents_waiting", "Documents in no batch yet.", value=figures.waiting
    )
    for name, help_text, states in (
        ("ferrotrace_batches", "Batches by state.", figures.batches),
        ("ferrotrace_chain_tasks", "Revocations and relayed orders by state.", figures.tasks),
    ):
        counted = GaugeMetricFamily(name, help_text, labels=["state"])
        for state, number in sorted(states.items()):
            counted.add_metric([state], number)
        yield counted
    yield CounterMetricFamily(
        "ferrotrace_fees_paid_gwei",
        "What transactions have cost.",
        value=figures.fees_wei // WEI_PER_GWEI,
    )
