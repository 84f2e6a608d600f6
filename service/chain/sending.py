"""Sends one transaction and waits for its block: for what a person does once, at a terminal.

Nothing is stored: whoever must survive a kill between two steps uses the worker's way instead.
"""

import time

from service.chain.fees import FeeBudget, offer
from service.chain.registry import ContractClient
from service.chain.signer import LocalSigner, UnsignedTransaction
from service.chain.values import Receipt, to_hex
from service.domain.errors import ConflictError, UnavailableError, gettext_noop

MAX_COST_WEI = 10**17  # of one transaction
WAIT_S = 120
LOOK_S = 0.1


class NotMinedInTimeError(UnavailableError):
    """A transaction was not mined in time; doing the same again continues."""

    message = gettext_noop("%(what)s was not mined within %(limit)s s.")


class TooDearError(UnavailableError):
    """The chain asks more for a transaction than it may cost."""

    message = gettext_noop("The chain asks too much for a transaction: the limit is %(limit)s wei.")


class CallFailedError(ConflictError):
    """A transaction was mined and refused: the state moved between the look and the block."""

    message = gettext_noop("%(what)s was refused in block %(block)s, transaction %(value)s.")


def send_call(
    client: ContractClient, signer: LocalSigner, calldata: bytes, *, what: str
) -> Receipt:
    """Receipt of a call of the client's contract, mined; ``what`` names it in a refusal.

    Raises ``ContractRevertedError`` where the call would fail, and nothing is sent;
    ``CallFailedError`` where it failed all the same.
    """
    gas = client.estimated_gas(calldata, sender=signer.address)
    nonce = client.next_nonce(signer.address)
    return _sent(
        client, signer, to=client.address, calldata=calldata, gas=gas, nonce=nonce, what=what
    )


def send_creation(
    client: ContractClient, signer: LocalSigner, code: bytes, *, nonce: int, what: str
) -> Receipt:
    """Receipt of a new contract of the creation ``code``, mined; ``nonce`` settles its address."""
    call = {"from": signer.address, "data": to_hex(code)}
    gas = int(client.rpc.call("eth_estimateGas", call), 16)
    return _sent(client, signer, to=None, calldata=code, gas=gas, nonce=nonce, what=what)


def _sent(
    client: ContractClient,
    signer: LocalSigner,
    *,
    to: str | None,
    calldata: bytes,
    gas: int,
    nonce: int,
    what: str,
) -> Receipt:
    gas_limit = gas * 5 // 4
    fees = offer(client.fee_market(), FeeBudget(gas_limit=gas_limit, max_cost_wei=MAX_COST_WEI))
    if fees is None:
        raise TooDearError(limit=MAX_COST_WEI)
    transaction = signer.sign(
        UnsignedTransaction(
            chain_id=client.chain_id(),
            nonce=nonce,
            to=to,
            calldata=calldata,
            gas_limit=gas_limit,
            fees=fees,
        )
    )
    client.broadcast(transaction)
    return _mined(client, transaction.tx_hash, what)


def _mined(client: ContractClient, tx_hash: bytes, what: str) -> Receipt:
    deadline_s = time.monotonic() + WAIT_S
    while True:
        receipt = client.receipt(tx_hash)
        if receipt is not None:
            break
        if time.monotonic() > deadline_s:
            raise NotMinedInTimeError(what=what, limit=WAIT_S)
        time.sleep(LOOK_S)
    if not receipt.succeeded:
        raise CallFailedError(what=what, block=receipt.block_number, value=to_hex(tx_hash))
    return receipt
