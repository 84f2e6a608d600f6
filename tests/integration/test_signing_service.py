"""The worker with its key behind a signing service: the way to the chain is the same."""

from dataclasses import replace

import pytest

from service.chain.remote_signer import RemoteSigner, SignedOtherwiseError
from tests.support.registry_on_chain import ANCHORER_KEY
from tests.support.signing_service import SigningService, serving
from tests.support.worker import Worker


def test_batches_and_revocations_are_signed_by_the_service(worker: Worker) -> None:
    service = SigningService(key=ANCHORER_KEY)
    with serving(service) as url:
        worker.anchorage = replace(worker.anchorage, signer=RemoteSigner(url))
        worker.correct(worker.company.receive())
        worker.assert_whole()
    assert len(service.asked) == 2


def test_what_a_cheating_service_signs_is_neither_stored_nor_sent(worker: Worker) -> None:
    service = SigningService(
        key=ANCHORER_KEY, twist=lambda asked: replace(asked, to=worker.registry.stranger.address)
    )
    worker.company.receive()
    with serving(service) as url:
        cheated = RemoteSigner(url)
        with pytest.raises(SignedOtherwiseError):
            worker.tick(signer=cheated)
    assert worker.states() == ["sealed"]
    assert worker.attempts(1) == []
    worker.assert_whole()
