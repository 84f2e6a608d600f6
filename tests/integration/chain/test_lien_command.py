"""A bank signs an order at its own desk, a stranger relays it, and everybody sees the lien."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.chain.keystore import new_keystore
from service.chain.lien_order_file import read_order
from service.chain.rpc import RpcClient
from service.commands.lien import command
from service.proof.document import wrap
from service.proof.jcs import canonical_json
from service.proof.lien_key import lien_key
from tests.support.liens_on_chain import HOUR_S, LiensOnChain
from tests.support.registry_on_chain import BANK_KEY, OTHER_BANK_KEY, STRANGER_KEY
from tests.unit.proof.documents import fixed_salts

SECRET = "5e" * 32
KEY = lien_key("lien", "D-1", bytes.fromhex(SECRET))
DELIVERY = ("--delivery-id", "D-1", "--secret", SECRET)
Lien = Callable[..., Result]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the keys of a bank, of another one and of a stranger with money."""
    for name, key in (("bank", BANK_KEY), ("other", OTHER_BANK_KEY), ("payer", STRANGER_KEY)):
        (tmp_path / name).write_text(key)
    return tmp_path


@pytest.fixture
def lien(liens: LiensOnChain) -> Lien:
    """The command, told where chain and lien registry are."""
    environment = {
        "FERROTRACE_RPC_URL": liens.registry.rpc_url,
        "FERROTRACE_LIEN_REGISTRY": liens.client.address.lower(),
    }

    def run(*arguments: object, **more: Any) -> Result:
        return CliRunner().invoke(command, [str(it) for it in arguments], env=environment, **more)

    return run


def ordered(lien: Lien, desk: Path, *arguments: object, signer: str = "bank") -> Path:
    """File of an order that the signer gave."""
    answer = lien("order", *arguments, "--signer", desk / signer)
    assert answer.exit_code == 0, answer.output
    file = desk / f"{signer}-{arguments[0]}.json"
    file.write_text(answer.output)
    return file


def test_lien_goes_its_way_by_the_orders_of_its_bank(
    lien: Lien, desk: Path, liens: LiensOnChain
) -> None:
    def moved(*arguments: object) -> str:
        relayed = lien("relay", ordered(lien, desk, *arguments), "--signer", desk / "payer")
        assert relayed.exit_code == 0, relayed.output
        assert KEY.hex() in relayed.output
        return lien("status", *DELIVERY).output

    bank = liens.registry.bank.address
    assert lien("status", *DELIVERY).output.startswith("free: no bank holds it (as of block ")
    assert moved("reserve", *DELIVERY, "--days", 2).startswith("reserved; until ")
    assert "free: no bank" in moved("cancel", *DELIVERY)
    moved("reserve", "--key", KEY.hex())
    assert moved("finance", *DELIVERY).startswith(f"financed; bank {bank}, released 0 of 10,000 (")
    assert "released 2500 of" in moved("release", *DELIVERY, "--basis-points", 2_500)
    ending = moved("release", *DELIVERY, "--basis-points", 7_500)
    assert ending.startswith("financed once and paid back; it is never financed again; bank")


def test_status_tells_programs_the_same(lien: Lien, desk: Path, liens: LiensOnChain) -> None:
    file = ordered(lien, desk, "reserve", *DELIVERY)
    order = read_order(file.read_bytes()).order
    lien("relay", file, "--signer", desk / "payer")
    answer = json.loads(lien("status", "--key", KEY.hex(), "--json").output)
    block, time = answer.pop("block"), answer.pop("time")
    assert (type(block), time[-1]) == (int, "Z")
    assert answer == {
        "delivery_key": KEY.hex(),
        "state": "reserved",
        "free": False,
        "bank": liens.registry.bank.address,
        "released_bp": 0,
        "expiry": order.expiry,  # type: ignore[union-attr]
    }
    liens.client.rpc.call("evm_increaseTime", hex(31 * 24 * HOUR_S))
    liens.client.mine_empty_blocks(1)
    assert "reserved; ran out 20" in lien("status", *DELIVERY).output
    assert json.loads(lien("status", *DELIVERY, "--json").output)["free"]


def test_order_is_signed_without_a_network(lien: Lien, desk: Path) -> None:
    signed = lien(
        "order", "finance", *DELIVERY, "--signer", desk / "bank", "--nonce", 7, "--chain-id", 137,
        "--rpc", "http://127.0.0.1:1",
    )  # fmt: skip
    order = read_order(signed.output.encode())
    assert (order.order.nonce, order.chain_id, order.order.delivery_key) == (7, 137, KEY)
    assert order.is_signed_by_bank()


def test_bank_signs_with_its_encrypted_keystore(lien: Lien, desk: Path) -> None:
    (desk / "keystore.json").write_text(new_keystore("correct horse"))
    (desk / "password").write_text("correct horse\n")
    signing = ("order", "cancel", *DELIVERY, "--signer", desk / "keystore.json")
    by_file = lien(*signing, "--password-file", desk / "password")
    assert read_order(by_file.output.encode()).is_signed_by_bank()
    asked = lien(*signing, input="correct horse\n")
    assert "Password of the keystore" in asked.stderr
    assert read_order(asked.stdout.encode()).order.bank == json.loads(by_file.output)["bank"]
    wrong = lien(*signing, input="wrong horse\n")
    assert (wrong.exit_code, "MAC mismatch" in wrong.output) == (1, True)


def written_bundle(desk: Path, kind: str, record: dict[str, Any]) -> Path:
    data = {"id": "D-1", "kind": kind, "record": record}
    bundle = {"v": 1, "document": wrap(data, fixed_salts(kind))}
    path = desk / f"{kind}.ferrotrace.json"
    path.write_bytes(canonical_json(bundle))
    return path


def test_delivery_is_named_by_its_bundle_or_that_of_a_correction(lien: Lien, desk: Path) -> None:
    delivery = {"delivery_id": "D-1", "delivery_secret": SECRET, "net_kg": 30_140}
    for kind, record in (
        ("delivery", delivery),
        ("correction", {"corrects": "delivery", "values": {**delivery, "net_kg": 29_860}}),
    ):
        bundle = written_bundle(desk, kind, record)
        answer = lien("status", "--bundle", bundle, "--json")
        assert json.loads(answer.output)["delivery_key"] == KEY.hex()


def test_bundle_that_hides_the_secret_names_no_delivery(lien: Lien, desk: Path) -> None:
    bundle = written_bundle(desk, "delivery", {"delivery_id": "D-1"})
    answer = lien("status", "--bundle", bundle)
    assert answer.exit_code == 1
    assert "record.delivery_secret is hidden" in answer.output


def test_second_bank_is_told_that_the_delivery_is_taken(lien: Lien, desk: Path) -> None:
    first = ordered(lien, desk, "reserve", *DELIVERY)
    lien("relay", first, "--signer", desk / "payer")
    second = ordered(lien, desk, "reserve", *DELIVERY, signer="other")
    refused = lien("relay", second, "--signer", desk / "payer")
    assert (refused.exit_code, "DeliveryTaken" in refused.output) == (1, True)
    again = lien("relay", first, "--signer", desk / "payer")
    assert "InvalidAccountNonce" in again.output


def mined_when_two_wait(rpc: RpcClient) -> None:
    """Mine one block as soon as the pool holds two transactions."""
    for _ in range(600):
        if int(rpc.call("txpool_status")["pending"], 16) == 2:
            rpc.call("anvil_mine", "0x1")
            return
        time.sleep(0.02)


def test_order_that_another_one_overtook_in_the_block_is_told(
    lien: Lien, desk: Path, liens: LiensOnChain
) -> None:
    file = ordered(lien, desk, "reserve", *DELIVERY, signer="other")
    rpc = liens.client.rpc
    rpc.call("evm_setAutomine", False)  # noqa: FBT003
    try:
        first = liens.signed(liens.reserve(delivery_key=KEY))
        liens.client.broadcast(liens.transaction(liens.registry.admin, first.calldata))
        with ThreadPoolExecutor() as beside:
            beside.submit(mined_when_two_wait, RpcClient([liens.registry.rpc_url]))
            answer = lien("relay", file, "--signer", desk / "payer")
    finally:
        rpc.call("evm_setAutomine", True)  # noqa: FBT003
    assert (answer.exit_code, "The order was refused in block" in answer.output) == (1, True)
    assert liens.client.lien_of(KEY).bank == liens.registry.bank.address


def test_address_that_is_no_lien_registry_tells_nothing(lien: Lien, liens: LiensOnChain) -> None:
    nobody = lien("status", *DELIVERY, "--registry", "0x" + "11" * 20)
    assert "does not answer lienOf(bytes32) as its contract would" in nobody.output
    other = lien("status", *DELIVERY, "--registry", liens.registry.client.address)
    assert (nobody.exit_code, other.exit_code) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("order", "release", *DELIVERY), "--basis-points belongs to release"),
        (("order", "reserve", *DELIVERY, "--basis-points", 5), "--basis-points belongs to"),
        (("order", "reserve"), "Give --key, or --delivery-id with --secret, or --bundle."),
        (("order", "reserve", "--key", "00" * 32, *DELIVERY), "Give --key, or"),
        (("order", "reserve", "--delivery-id", "D-1"), "Give --key, or"),
        (("order", "reserve", "--key", "00" * 32, "--secret", SECRET), "Give --key, or"),
        (("order", "reserve", *DELIVERY, "--registry", "0x12"), "0x and 40 hex digits"),
    ],
)
def test_order_that_says_too_little_or_too_much_is_refused(
    lien: Lien, desk: Path, arguments: tuple[object, ...], told: str
) -> None:
    answer = lien(*arguments, "--signer", desk / "bank")
    assert (answer.exit_code, told in answer.output) == (2, True), answer.output


def test_without_a_chain_the_nonce_must_be_given(desk: Path) -> None:
    arguments = ["order", "cancel", *DELIVERY, "--signer", str(desk / "bank"), "--nonce", "1"]
    answer = CliRunner().invoke(command, [*arguments, "--registry", "0x" + "11" * 20])
    assert "Without --rpc, --nonce and --chain-id are needed." in answer.output


@pytest.mark.parametrize(
    "arguments", [("status", "--key", "12"), ("order", "cancel", "--key", "0")]
)
def test_key_that_is_none_is_refused(lien: Lien, desk: Path, arguments: tuple[str, ...]) -> None:
    signer = ["--signer", desk / "bank"] if arguments[0] == "order" else []
    answer = lien(*arguments, *signer)
    assert (answer.exit_code, "64 lower-case hex digits" in answer.output) == (1, True)


def test_order_for_another_chain_is_not_sent(lien: Lien, desk: Path) -> None:
    file = desk / "order.json"
    signing = ("order", "cancel", *DELIVERY, "--signer", desk / "bank")
    file.write_text(lien(*signing, "--nonce", 0, "--chain-id", 1).output)
    answer = lien("relay", file, "--signer", desk / "payer")
    assert answer.exit_code == 1
    assert "The order is for chain 1; the endpoint serves chain 1337." in answer.output


def test_file_that_is_no_order_is_not_sent(lien: Lien, desk: Path) -> None:
    answer = lien("relay", desk / "bank", "--signer", desk / "payer")
    assert (answer.exit_code, "Error: " in answer.output) == (1, True)


@pytest.mark.parametrize("name", ["status", "order"])
def test_silent_chain_is_told(desk: Path, name: str) -> None:
    signing = [] if name == "status" else ["cancel", "--signer", str(desk / "bank")]
    where = ["--registry", "0x" + "11" * 20, "--rpc", "http://127.0.0.1:1"]
    answer = CliRunner().invoke(command, [name, *signing, *DELIVERY, *where])
    assert (answer.exit_code, "does not answer" in answer.output) == (1, True)
