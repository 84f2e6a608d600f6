"""A registry is deployed once, found again, and never silently replaced."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.chain import deploy as deploy_module
from service.chain import sending
from service.chain.contract import ANCHOR_ROLE, REVOKER_ROLE, lien_registry_artifact
from service.chain.deploy import (
    ZERO_ADDRESS,
    Deployment,
    DeploymentLostError,
    Predecessor,
    WrongCodeError,
    contract_address,
    ensure_lien_registry,
    ensure_registry,
    fund_on_local_chain,
    recorded_deployment,
    recorded_lien_deployment,
)
from service.chain.liens import LienRegistryClient
from service.chain.node import LocalNode
from service.chain.registry import RegistryClient
from service.chain.sending import NotMinedInTimeError, TooDearError
from service.chain.signer import LocalSigner

ADMIN = LocalSigner("0x" + "b1" * 32)
ANCHORER = "0x" + "b2" * 20
REVOKER = "0x" + "b3" * 20


@pytest.fixture
def client(anvil_node: LocalNode) -> Iterator[RegistryClient]:
    with RegistryClient([anvil_node.rpc_url], ZERO_ADDRESS, chain_id=1337) as opened:
        snapshot = opened.rpc.call("evm_snapshot")
        fund_on_local_chain(opened, [ADMIN.address])
        yield opened
        opened.rpc.call("evm_revert", snapshot)


def ensure(client: RegistryClient, folder: Path, **other: Predecessor) -> Deployment:
    return ensure_registry(
        client, folder=folder, admin=ADMIN, anchorer=ANCHORER, revoker=REVOKER, **other
    )


def test_registry_is_deployed_recorded_and_its_roles_granted(
    client: RegistryClient, tmp_path: Path
) -> None:
    deployment = ensure(client, tmp_path)
    assert client.address == deployment.address
    assert client.code_hash(deployment.address) == deployment.code_hash
    assert client.has_role(ANCHOR_ROLE, ANCHORER)
    assert client.has_role(REVOKER_ROLE, REVOKER)
    assert not client.has_role(ANCHOR_ROLE, REVOKER)
    assert recorded_deployment(tmp_path, 1337) == deployment
    assert recorded_deployment(tmp_path, 1) is None


def test_second_run_finds_the_registry_and_sends_nothing(
    client: RegistryClient, tmp_path: Path
) -> None:
    first = ensure(client, tmp_path)
    nonce = client.next_nonce(ADMIN.address)
    assert ensure(client, tmp_path) == first
    assert client.next_nonce(ADMIN.address) == nonce


def test_missing_role_is_granted_to_an_existing_registry(
    client: RegistryClient, tmp_path: Path
) -> None:
    ensure(client, tmp_path)
    other = "0x" + "b4" * 20
    ensure_registry(client, folder=tmp_path, admin=ADMIN, anchorer=other, revoker=REVOKER)
    assert client.has_role(ANCHOR_ROLE, other)


def test_chain_that_fell_back_gets_the_registry_at_the_same_address(
    client: RegistryClient, tmp_path: Path
) -> None:
    before = client.rpc.call("evm_snapshot")
    deployment = ensure(client, tmp_path)
    client.rpc.call("evm_revert", before)
    assert ensure(client, tmp_path) == deployment
    assert client.has_role(ANCHOR_ROLE, ANCHORER)


def test_registry_that_is_gone_for_good_is_told_and_not_replaced(
    client: RegistryClient, tmp_path: Path
) -> None:
    before = client.rpc.call("evm_snapshot")
    deployment = ensure(client, tmp_path)
    client.rpc.call("evm_revert", before)
    client.rpc.call("anvil_setNonce", ADMIN.address, "0x9")
    with pytest.raises(DeploymentLostError, match=deployment.address):
        ensure(client, tmp_path)


def test_other_code_at_the_recorded_address_is_refused(
    client: RegistryClient, tmp_path: Path
) -> None:
    deployment = ensure(client, tmp_path)
    client.rpc.call("anvil_setCode", deployment.address, "0x6001")
    with pytest.raises(WrongCodeError, match=deployment.address):
        ensure(client, tmp_path)


def test_successor_continues_the_log_of_its_predecessor(
    client: RegistryClient, tmp_path: Path
) -> None:
    old = Predecessor(address="0x" + "11" * 20, size=5, head=b"\x05" * 32, seq=2)
    ensure(client, tmp_path, predecessor=old)
    head = client.log_head()
    assert (head.size, head.seq, head.head) == (5, 2, b"\x05" * 32)


def test_transaction_that_is_not_mined_in_time_is_continued_by_the_next_run(
    client: RegistryClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WAIT_S", 0)
    client.rpc.call("evm_setAutomine", False)  # noqa: FBT003
    try:
        with pytest.raises(NotMinedInTimeError):
            ensure(client, tmp_path)
        client.mine_empty_blocks(1)
    finally:
        client.rpc.call("evm_setAutomine", True)  # noqa: FBT003
    monkeypatch.undo()
    assert client.has_role(ANCHOR_ROLE, ANCHORER) is False
    ensure(client, tmp_path)
    assert client.has_role(ANCHOR_ROLE, ANCHORER)


@pytest.fixture
def liens(client: RegistryClient, anvil_node: LocalNode) -> Iterator[LienRegistryClient]:
    """Bound to no address yet; rolled back with ``client``."""
    del client
    with LienRegistryClient([anvil_node.rpc_url], ZERO_ADDRESS, chain_id=1337) as opened:
        yield opened


def test_lien_registry_is_deployed_beside_the_registry_and_names_its_banks(
    client: RegistryClient, liens: LienRegistryClient, tmp_path: Path
) -> None:
    registry = ensure(client, tmp_path)
    deployment = ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN, banks=[ANCHORER])
    assert liens.address == deployment.address != registry.address
    assert deployment.code_hash == lien_registry_artifact().runtime_code_hash
    assert liens.code_hash(deployment.address) == deployment.code_hash
    assert liens.is_bank(ANCHORER)
    assert not liens.is_bank(ADMIN.address)
    assert recorded_lien_deployment(tmp_path, 1337) == deployment
    assert recorded_deployment(tmp_path, 1337) == registry


def test_company_installed_without_a_lien_registry_gets_it_at_its_next_start(
    client: RegistryClient, liens: LienRegistryClient, tmp_path: Path
) -> None:
    registry = ensure(client, tmp_path)
    assert recorded_lien_deployment(tmp_path, 1337) is None
    assert ensure(client, tmp_path) == registry
    first = ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN)
    nonce = client.next_nonce(ADMIN.address)
    assert ensure(client, tmp_path) == registry
    assert ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN) == first
    assert client.next_nonce(ADMIN.address) == nonce


def test_later_bank_is_named_and_the_earlier_one_stays(
    client: RegistryClient, liens: LienRegistryClient, tmp_path: Path
) -> None:
    del client
    ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN, banks=[ANCHORER])
    ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN, banks=[REVOKER])
    assert liens.is_bank(ANCHORER)
    assert liens.is_bank(REVOKER)


def test_chain_that_starts_again_from_nothing_gets_both_contracts_at_their_addresses(
    client: RegistryClient, liens: LienRegistryClient, tmp_path: Path
) -> None:
    before = client.rpc.call("evm_snapshot")
    first = ensure(client, tmp_path), ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN)
    client.rpc.call("evm_revert", before)
    again = ensure(client, tmp_path), ensure_lien_registry(liens, folder=tmp_path, admin=ADMIN)
    assert again == first


def test_chain_that_asks_too_much_is_told(
    client: RegistryClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_COST_WEI", 1)
    with pytest.raises(TooDearError, match="1 wei"):
        ensure(client, tmp_path)


def test_account_with_money_is_not_funded_again(client: RegistryClient) -> None:
    client.rpc.call("anvil_setBalance", ADMIN.address, hex(deploy_module.LOCAL_BALANCE_WEI - 1))
    fund_on_local_chain(client, [ADMIN.address])
    assert client.balance_wei(ADMIN.address) == deploy_module.LOCAL_BALANCE_WEI - 1


def test_address_of_a_new_contract_is_the_published_one() -> None:
    account = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert contract_address(account, 0) == "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    assert contract_address(account, 1) == "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
