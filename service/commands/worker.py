"""``ferrotrace worker``: the jobs beside the requests."""

import json
from functools import partial

import click
from prometheus_client import REGISTRY, start_http_server

from service.bootstrap.deps import build_deps
from service.bootstrap.engine import installed_head
from service.bootstrap.evidence import anchorage, lien_recorder, trust_content
from service.config import Settings, configure_logging, read_settings
from service.exchange.dns_txt import txt_records
from service.jobs.metrics import AnchoringMetrics
from service.jobs.schedule import Job, run_jobs
from service.storage.lease import LeaderLease
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.control import state_control_documents
from service.usecases.dns_snapshot import is_in_the_world, keep_dns_answer
from service.usecases.grade import propose_pending
from service.usecases.grading_drift import judge_drift
from service.usecases.grading_model import keep_installed_head
from service.usecases.grading_shadow_look import look_in_shadow
from service.usecases.key_keeping import keep_keys
from service.usecases.ports import Deps
from service.usecases.promise import ask_again
from service.usecases.retry import retry_failed as send_back_failed


@click.command("worker")
@click.option(
    "--metrics",
    envvar="FERROTRACE_METRICS",
    metavar="HOST:PORT",
    help="Serve /metrics on this address (FERROTRACE_METRICS).",
)
@click.option(
    "--retry-failed",
    is_flag=True,
    help="First send back what failed, after a person has put right why.",
)
def command(*, metrics: str | None, retry_failed: bool) -> None:
    """Propose grades, anchor evidence, see to receipts and keys until SIGTERM.

    Of several workers one is the leader.

    Settings come from the environment (docs/operating.md).
    """
    configure_logging()
    settings = read_settings()
    deps, chain = build_deps(settings), anchorage(settings)
    state_control_documents(deps)
    keep_installed_head(installed_head(settings), deps)
    if retry_failed:
        click.echo(f"{send_back_failed(deps)} sent back to be tried again.")
    if metrics:
        host, _, port = metrics.rpartition(":")
        REGISTRY.register(AnchoringMetrics(deps, chain))
        start_http_server(int(port), addr=host)
    run_jobs(
        [
            Job(name="propose", every_s=1, work=partial(propose_pending, deps)),
            Job(name="shadow", every_s=2, work=partial(look_in_shadow, deps)),
            Job(name="drift", every_s=3600, work=partial(judge_drift, deps)),
            Job(name="anchor", every_s=1, work=Anchoring(settings, deps, chain)),
            Job(name="liens", every_s=1, work=lien_recorder(settings, deps)),
            Job(name="keys", every_s=2, work=partial(keep_keys, deps, chain)),
            Job(name="receipts", every_s=1, work=partial(ask_again, deps)),
            *_dns_jobs(settings, deps),
        ],
        LeaderLease(deps.db),
    )
    deps.db.close()


def _dns_jobs(settings: Settings, deps: Deps) -> list[Job]:
    """Nobody asks the DNS for a domain that nobody can have, such as the demo company's."""
    if not is_in_the_world(settings.issuer_location):
        return []
    ask = partial(txt_records, resolver=settings.dns_resolver)
    return [Job(name="dns", every_s=300, work=partial(keep_dns_answer, deps, ask))]


class Anchoring:
    """One step of the way to the chain, and after it the trust file where that has changed."""

    def __init__(self, settings: Settings, deps: Deps, chain: Anchorage) -> None:
        """Keep what every step needs."""
        self._settings = settings
        self._deps = deps
        self._chain = chain
        self._is_current = False

    def __call__(self) -> None:
        """Run one step.

        The file is looked at when a batch became final, and at the first step of a process: the
        one before may have died between the two.
        """
        state = tick(self._deps, self._chain)
        path = self._settings.trust_file
        if state != "final" and self._is_current:
            return
        content = json.dumps(trust_content(self._settings, self._deps), indent=2) + "\n"
        if not path.exists() or path.read_text("utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(path.name + ".draft")
            draft.write_text(content, "utf-8")
            draft.replace(path)
        self._is_current = True
