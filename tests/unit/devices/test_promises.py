"""The edge unit's keys and what they sign, over HTTP as the service asks for it."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from service.commands.edge import edge
from service.devices.clock import RatedClock
from service.devices.edge.app import create_edge_app
from service.devices.edge.captures import CaptureDesk
from service.devices.edge.deck_cameras import DeckCameras
from service.devices.edge.deck_eyes import DeckEyes
from service.devices.edge.keyring import KeyReplacedError, KeyRing, KeystoreError
from service.devices.edge.promises import PromiseDesk
from service.devices.edge.scale import Scale
from service.devices.edge.store import CaptureStore
from service.devices.edge_client import (
    EdgeClient,
    EdgeConflictError,
    EdgeRefusedError,
    ScaleUnavailableError,
)
from service.devices.indicators.registry import dialect_by_name
from service.devices.server import HttpServer
from service.domain.errors import NotFoundError
from service.proof.promise import InclusionPromise, promise_digest
from service.proof.signature import recover_address
from tests.support.devices import TOKEN, site_devices, site_document

REGISTRY = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
LONG_AFTER = 4_000_000_000
PROMISE = InclusionPromise(
    target_hash=bytes.fromhex("ab" * 32), recorded_at=LONG_AFTER, include_by=LONG_AFTER + 600
)


def ring(folder: Path) -> KeyRing:
    return KeyRing(folder / "keys", folder / "password")


def desk(folder: Path) -> PromiseDesk:
    return PromiseDesk(folder / "edge.sqlite3", ring(folder), max_merge_delay_s=600)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeClient]:
    """An edge unit that has keys; no scale is connected to it."""
    folder = tmp_path_factory.mktemp("edge")
    promises = desk(folder)
    with_keys = _serving(folder, promises)
    yield EdgeClient(f"http://127.0.0.1:{with_keys.port}", TOKEN)
    with_keys.stop()
    promises.close()


def _serving(folder: Path, promises: PromiseDesk | None) -> HttpServer:
    site = site_devices()
    instrument = site.instrument.instrument()
    dialect = dialect_by_name(instrument.dialect, site.instrument.params)
    scale = Scale(instrument, dialect, RatedClock())
    store = CaptureStore(folder / "captures.sqlite3", site.edge_id)
    desk = CaptureDesk(site, scale, store, DeckEyes(scale, DeckCameras(site)))
    app = create_edge_app(site, scale, store, desk, promises, token=TOKEN)
    server = HttpServer(app, "127.0.0.1", 0)
    server.start()
    return server


def sign(client: EdgeClient, promise: InclusionPromise) -> bytes:
    return client.sign_promise(promise, chain_id=1337, registry=REGISTRY)


def test_the_key_that_the_unit_names_signed_the_promise(client: EdgeClient) -> None:
    digest = promise_digest(PROMISE, 1337, bytes.fromhex(REGISTRY[2:]))
    signer = recover_address(digest, sign(client, PROMISE))
    assert signer is not None
    assert f"0x{signer.hex()}" == client.promise_key().address.lower()


def test_the_same_promise_gets_the_same_signature(client: EdgeClient) -> None:
    assert sign(client, PROMISE) == sign(client, PROMISE)


@pytest.mark.parametrize(
    "other",
    [
        replace(PROMISE, recorded_at=LONG_AFTER + 1),
        replace(PROMISE, include_by=LONG_AFTER + 599),
    ],
)
def test_a_second_promise_for_the_same_document_is_refused(
    client: EdgeClient, other: InclusionPromise
) -> None:
    sign(client, PROMISE)
    with pytest.raises(EdgeConflictError):
        sign(client, other)


def test_a_promise_for_another_registry_is_refused(client: EdgeClient) -> None:
    sign(client, PROMISE)
    with pytest.raises(EdgeConflictError):
        client.sign_promise(PROMISE, chain_id=1, registry=REGISTRY)


@pytest.mark.parametrize("delay_s", [-1, 0, 601])
def test_a_delay_that_the_site_does_not_allow_is_refused(client: EdgeClient, delay_s: int) -> None:
    promise = replace(PROMISE, target_hash=bytes(32), include_by=PROMISE.recorded_at + delay_s)
    with pytest.raises(EdgeRefusedError):
        sign(client, promise)


def test_nothing_is_promised_for_a_time_before_the_first_key(client: EdgeClient) -> None:
    with pytest.raises(NotFoundError):
        sign(client, replace(PROMISE, target_hash=bytes(32), recorded_at=1, include_by=2))


@pytest.mark.parametrize(
    "changed",
    [
        {"targetHash": "AB" * 32},
        {"recordedAt": "1"},
        {"registry": "0x00"},
        {"chainId": 0},
        {"text": "anything"},
    ],
)
def test_nothing_but_a_promise_is_signed(client: EdgeClient, changed: dict[str, object]) -> None:
    body = {
        "targetHash": "ab" * 32,
        "recordedAt": LONG_AFTER,
        "includeBy": LONG_AFTER + 600,
        "chainId": 1337,
        "registry": REGISTRY,
    }
    answer = requests.post(
        f"{client._url}/v1/promises",  # noqa: SLF001
        json={**body, **changed},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=5,
    )
    assert answer.status_code == 422


def test_a_caller_without_the_token_gets_nothing(client: EdgeClient) -> None:
    stranger = EdgeClient(client._url, "guess")  # noqa: SLF001
    with pytest.raises(ScaleUnavailableError):
        sign(stranger, PROMISE)
    with pytest.raises(ScaleUnavailableError):
        stranger.promise_key()


def test_a_unit_without_keys_says_so(tmp_path: Path) -> None:
    server = _serving(tmp_path, None)
    client = EdgeClient(f"http://127.0.0.1:{server.port}", TOKEN)
    try:
        with pytest.raises(NotFoundError):
            client.promise_key()
        with pytest.raises(NotFoundError):
            sign(client, PROMISE)
    finally:
        server.stop()


def test_a_key_is_replaced_once_however_often_it_is_asked_for(client: EdgeClient) -> None:
    before = client.promise_key()
    after = client.replace_promise_key(before.address)
    assert after.address != before.address
    assert client.replace_promise_key(before.address) == after == client.promise_key()
    with pytest.raises(EdgeConflictError):
        client.replace_promise_key(REGISTRY)


def test_keys_are_found_again_and_only_the_account_can_read_them(tmp_path: Path) -> None:
    made = ring(tmp_path)
    assert ring(tmp_path).newest == made.newest
    (keystore,) = (tmp_path / "keys").iterdir()
    assert keystore.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    content = json.loads(keystore.read_text())
    assert content["version"] == 3
    assert content["address"].lower() == made.newest.address.lower()[2:]
    assert "private" not in repr(made.newest)


def test_the_key_before_the_newest_signs_what_was_recorded_in_its_time(tmp_path: Path) -> None:
    keys = ring(tmp_path)
    first = keys.newest
    aged = first.made_at - 100
    (keystore,) = (tmp_path / "keys").iterdir()
    old_name = keystore.name.split("--")
    keystore.rename(keystore.with_name(f"UTC--2020-01-01T00-00-00.000000000Z--{old_name[2]}"))
    keys = ring(tmp_path)
    second = keys.replace(first.address)
    assert keys.at(aged).address == first.address
    assert keys.at(second.made_at).address == second.address
    third = ring(tmp_path).replace(second.address)
    kept = [key.address for key in ring(tmp_path)._keys]  # noqa: SLF001
    assert kept == [second.address, third.address]
    assert len(list((tmp_path / "keys").iterdir())) == 2
    with pytest.raises(KeyReplacedError):
        ring(tmp_path).replace(first.address)


def test_a_wrong_or_missing_password_and_a_damaged_keystore_are_told(tmp_path: Path) -> None:
    ring(tmp_path)
    (keystore,) = (tmp_path / "keys").iterdir()
    right = (tmp_path / "password").read_text()
    (tmp_path / "password").write_text("wrong\n")
    with pytest.raises(KeystoreError):
        ring(tmp_path)
    (tmp_path / "password").unlink()
    with pytest.raises(KeystoreError):
        ring(tmp_path)
    (tmp_path / "password").write_text(right)
    keystore.write_text("{}")
    with pytest.raises(KeystoreError):
        ring(tmp_path)


def test_a_promise_that_was_given_can_be_neither_changed_nor_taken_back(tmp_path: Path) -> None:
    desk(tmp_path).close()
    with sqlite3.connect(tmp_path / "edge.sqlite3") as db:
        db.execute("INSERT INTO promises VALUES ('a', 1, 2, 3, 'r', 'b', 's')")
        for statement in ("UPDATE promises SET include_by = 9", "DELETE FROM promises"):
            with pytest.raises(sqlite3.IntegrityError, match="a promise is never"):
                db.execute(statement)
    db.close()


def test_keys_without_their_password_file_are_refused(tmp_path: Path) -> None:
    devices = tmp_path / "devices.json"
    devices.write_text(json.dumps(site_document()), encoding="utf-8")
    arguments = ["--site", "BASE01", "--devices", str(devices), "--token", TOKEN]
    arguments += ["--store", str(tmp_path / "captures.db"), "--keys", str(tmp_path / "keys")]
    done = CliRunner().invoke(edge, arguments)
    assert done.exit_code == 2
    assert "--keys-password" in done.output
