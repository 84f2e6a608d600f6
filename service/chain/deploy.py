"""Puts the contracts on a chain once, and finds them again ever after.

The record of a deployment is written before its transaction is sent. A process that dies in
between, or a chain that falls back to before the deployment, finds the record, sees that the next
contract of the same account would get the recorded address, and deploys there again.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import rlp
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from service.chain.contract import (
    ANCHOR_ROLE,
    BANK_ROLE,
    GRANT_ROLE,
    REVOKER_ROLE,
    Artifact,
    encode_call,
    encode_deployment,
    encode_lien_deployment,
    lien_registry_artifact,
    registry_artifact,
)
from service.chain.header import integer_bytes
from service.chain.registry import ContractClient, RegistryClient
from service.chain.sending import send_call, send_creation
from service.chain.signer import LocalSigner
from service.chain.values import to_bytes, to_hex
from service.domain.errors import ConflictError, gettext_noop

ZERO_ADDRESS = "0x" + "00" * 20
NO_CODE_HASH = keccak(b"")
LOCAL_BALANCE_WEI = 10**22


class WrongCodeError(ConflictError):
    """Other code than that of the committed build stands at the recorded address."""

    message = gettext_noop("The code at %(address)s has hash %(value)s, expected %(limit)s.")


class DeploymentLostError(ConflictError):
    """The chain does not hold a recorded contract and cannot get it back at its address."""

    message = gettext_noop("Chain %(chain_id)s holds no registry at %(address)s, as recorded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """Final state of the registry that a new one continues."""

    address: str
    size: int
    head: bytes
    seq: int


NO_PREDECESSOR = Predecessor(address=ZERO_ADDRESS, size=0, head=bytes(32), seq=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A contract on a chain. No event of it is older than ``from_block``."""

    chain_id: int
    address: str
    code_hash: bytes
    from_block: int


def ensure_registry(
    client: RegistryClient,
    *,
    folder: Path,
    admin: LocalSigner,
    anchorer: str,
    revoker: str,
    predecessor: Predecessor = NO_PREDECESSOR,
) -> Deployment:
    """The registry recorded in ``folder/deployments``, deployed and its roles granted if need be.

    ``client`` is bound to the registry's address on return. Running it again changes nothing.
    """
    code = encode_deployment(
        admin=admin.address,
        predecessor=predecessor.address,
        predecessor_size=predecessor.size,
        predecessor_head=predecessor.head,
        predecessor_seq=predecessor.seq,
    )
    deployment = _ensure_contract(client, _REGISTRY, folder=folder, admin=admin, code=code)
    for role, account in ((ANCHOR_ROLE, anchorer), (REVOKER_ROLE, revoker)):
        _ensure_role(client, admin, role, account)
    return deployment


def ensure_lien_registry(
    client: ContractClient, *, folder: Path, admin: LocalSigner, banks: Iterable[str] = ()
) -> Deployment:
    """The lien registry recorded in ``folder/deployments/liens``; ``banks`` may reserve there.

    ``client`` is bound to its address on return. Running it again changes nothing, and takes no
    bank's right away.
    """
    code = encode_lien_deployment(admin=admin.address)
    deployment = _ensure_contract(client, _LIEN_REGISTRY, folder=folder, admin=admin, code=code)
    for bank in banks:
        _ensure_role(client, admin, BANK_ROLE, bank)
    return deployment


def recorded_deployment(folder: Path, chain_id: int) -> Deployment | None:
    """What ``folder`` says of the registry on a chain, or None; the chain is not asked."""
    return _read(_REGISTRY.record(folder, chain_id))


def recorded_lien_deployment(folder: Path, chain_id: int) -> Deployment | None:
    """What ``folder`` says of the lien registry on a chain, or None; the chain is not asked."""
    return _read(_LIEN_REGISTRY.record(folder, chain_id))


def fund_on_local_chain(client: ContractClient, accounts: Iterable[str]) -> None:
    """Give accounts of a local Anvil enough for years; other chains refuse the call."""
    for account in accounts:
        if client.balance_wei(account) < LOCAL_BALANCE_WEI // 2:
            client.rpc.call("anvil_setBalance", account, hex(LOCAL_BALANCE_WEI))


def contract_address(account: str, nonce: int) -> str:
    """Address of the contract that ``account`` creates with its transaction ``nonce``."""
    created = keccak(rlp.encode([to_bytes(account), integer_bytes(nonce)]))[12:]
    return str(to_checksum_address(created))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contract:
    """One of the two contracts: where its deployments are recorded, and its build."""

    what: str
    records: str
    artifact: Callable[[], Artifact]

    def record(self, folder: Path, chain_id: int) -> Path:
        return folder / self.records / f"{chain_id}.json"


_REGISTRY = _Contract(what="The registry", records="deployments", artifact=registry_artifact)
_LIEN_REGISTRY = _Contract(
    what="The lien registry", records="deployments/liens", artifact=lien_registry_artifact
)


def _ensure_contract(
    client: ContractClient, contract: _Contract, *, folder: Path, admin: LocalSigner, code: bytes
) -> Deployment:
    """The recorded contract; where the chain has none, ``code`` creates it at that address."""
    chain_id = client.chain_id()
    code_hash = contract.artifact().runtime_code_hash
    record = contract.record(folder, chain_id)
    deployment = _read(record) or _planned(client, chain_id, admin.address, code_hash)
    client.address = deployment.address
    if client.code_hash(deployment.address) == NO_CODE_HASH:
        nonce = client.next_nonce(admin.address)
        if contract_address(admin.address, nonce) != deployment.address:
            raise DeploymentLostError(chain_id=chain_id, address=deployment.address)
        _write(record, deployment)
        send_creation(client, admin, code, nonce=nonce, what=contract.what)
    _check_code(client, deployment.address, code_hash)
    return deployment


def _ensure_role(client: ContractClient, admin: LocalSigner, role: bytes, account: str) -> None:
    if not client.has_role(role, account):
        calldata = encode_call(GRANT_ROLE, role, account)
        send_call(client, admin, calldata, what="The grant of a role")


def _planned(client: ContractClient, chain_id: int, admin: str, code_hash: bytes) -> Deployment:
    latest = client.block("latest")
    return Deployment(
        chain_id=chain_id,
        address=contract_address(admin, client.next_nonce(admin)),
        code_hash=code_hash,
        from_block=0 if latest is None else latest.number,
    )


def _read(record: Path) -> Deployment | None:
    if not record.exists():
        return None
    said = json.loads(record.read_text("utf-8"))
    return Deployment(
        chain_id=said["chainId"],
        address=said["address"],
        code_hash=to_bytes(said["runtimeCodeHash"]),
        from_block=said["fromBlock"],
    )


def _write(record: Path, deployment: Deployment) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    said = {
        "chainId": deployment.chain_id,
        "address": deployment.address,
        "runtimeCodeHash": to_hex(deployment.code_hash),
        "fromBlock": deployment.from_block,
    }
    draft = record.with_suffix(".draft")
    draft.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
    draft.replace(record)


def _check_code(client: ContractClient, address: str, code_hash: bytes) -> None:
    found = client.code_hash(address)
    if found != code_hash:
        raise WrongCodeError(address=address, value=to_hex(found), limit=to_hex(code_hash))
