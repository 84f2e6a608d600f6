"""Signs transactions by a service that keeps the key: JSON-RPC ``eth_signTransaction``.

Web3Signer in its eth1 mode answers with the raw transaction; nodes that answer with an object are
understood too. The service is not believed: what comes back must be the very transaction that was
asked for, signed by the account that was asked.
"""

import itertools
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import rlp
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from service.chain.signer import SignedTransaction, UnsignedTransaction
from service.chain.values import to_bytes, to_hex
from service.domain.errors import ConflictError, UnavailableError, gettext_noop

TIMEOUT_S = 10
TYPE_2 = 2
FIELDS_OF_TYPE_2 = 12
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SignerUnavailableError(UnavailableError):
    """The signing service does not answer, or refuses."""

    message = gettext_noop("The signing service does not sign (%(method)s): %(reason)s.")


class SignerAccountError(ConflictError):
    """The signing service has not the one account that is to be used."""

    message = gettext_noop("The signing service has the accounts %(value)s, wanted is %(limit)s.")


class SignedOtherwiseError(ConflictError):
    """The signing service signed something else than it was asked to; it is not sent."""

    message = gettext_noop(
        "The signing service signed %(name)s %(value)s, asked for was %(limit)s. Nothing was sent."
    )


class RemoteSigner:
    """An account at ``url``: the one with ``address``, or the only one that is there."""

    def __init__(self, url: str, *, address: str = "", timeout_s: float = TIMEOUT_S) -> None:
        """Ask nothing yet."""
        self._url = url
        self._address = str(to_checksum_address(address)) if address else ""
        self._timeout_s = timeout_s
        self._ids = itertools.count(1)
        self._session = requests.Session()
        # A proxy named in the environment cannot reach a service on this machine.
        self._session.trust_env = urlsplit(url).hostname not in _LOOPBACK

    @property
    def address(self) -> str:
        """EIP-55 address of the account; raises ``SignerAccountError`` where it is not clear."""
        if not self._address:
            accounts = [str(to_checksum_address(found)) for found in self._ask("eth_accounts")]
            if len(accounts) != 1:
                raise SignerAccountError(value=", ".join(accounts) or "-", limit="one account")
            self._address = accounts[0]
        return self._address

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """The EIP-1559 transaction, signed by the service and compared field by field."""
        answer = self._ask("eth_signTransaction", self._asked(transaction))
        raw = to_bytes(answer["raw"] if isinstance(answer, dict) else answer)
        _require_asked(raw, transaction)
        sender = str(Account.recover_transaction(to_hex(raw)))
        if sender != self.address:
            raise SignedOtherwiseError(name="from", value=sender, limit=self.address)
        return SignedTransaction(
            raw=raw,
            tx_hash=keccak(raw),
            nonce=transaction.nonce,
            gas_limit=transaction.gas_limit,
            fees=transaction.fees,
        )

    def _asked(self, transaction: UnsignedTransaction) -> dict[str, str]:
        to = {} if transaction.to is None else {"to": transaction.to}
        return {
            "from": self.address,
            **to,
            "nonce": hex(transaction.nonce),
            "gas": hex(transaction.gas_limit),
            "value": "0x0",
            "data": to_hex(transaction.calldata),
            "maxFeePerGas": hex(transaction.fees.max_fee_wei_per_gas),
            "maxPriorityFeePerGas": hex(transaction.fees.max_priority_fee_wei_per_gas),
            "chainId": hex(transaction.chain_id),
        }

    def _ask(self, method: str, *params: object) -> Any:
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        try:
            answer = self._session.post(self._url, json=body, timeout=self._timeout_s).json()
        except (requests.RequestException, ValueError) as failure:
            reason = type(failure).__name__
            raise SignerUnavailableError(method=method, reason=reason) from failure
        if not isinstance(answer, Mapping) or answer.get("result") is None:
            error = answer.get("error") if isinstance(answer, Mapping) else None
            reason = error.get("message", "") if isinstance(error, Mapping) else "no result"
            raise SignerUnavailableError(method=method, reason=reason)
        return answer["result"]


def _require_asked(raw: bytes, asked: UnsignedTransaction) -> None:
    """Raise ``SignedOtherwiseError`` for the first field that is not as it was asked for."""
    found, wanted = _fields(raw), _wanted(asked)
    for name, value in wanted.items():
        if found.get(name) != value:
            raise SignedOtherwiseError(name=name, value=found.get(name), limit=value)


def _wanted(asked: UnsignedTransaction) -> dict[str, object]:
    return {
        "type": TYPE_2,
        "chainId": asked.chain_id,
        "nonce": asked.nonce,
        "maxPriorityFeePerGas": asked.fees.max_priority_fee_wei_per_gas,
        "maxFeePerGas": asked.fees.max_fee_wei_per_gas,
        "gas": asked.gas_limit,
        "to": "" if asked.to is None else asked.to.lower(),
        "value": 0,
        "data": to_hex(asked.calldata),
        "accessList": [],
    }


def _fields(raw: bytes) -> dict[str, object]:
    """What a signed EIP-1559 transaction says; only its type where it is of another one."""
    kind = raw[0] if raw else None
    if kind != TYPE_2:
        return {"type": kind}
    try:
        fields = rlp.decode(raw[1:])
    except rlp.exceptions.DecodingError:
        return {"type": "-"}
    if not isinstance(fields, list) or len(fields) != FIELDS_OF_TYPE_2:
        return {"type": "-"}
    chain_id, nonce, tip, fee, gas, to, value, data, access = fields[:9]
    return {
        "type": kind,
        "chainId": int.from_bytes(chain_id),
        "nonce": int.from_bytes(nonce),
        "maxPriorityFeePerGas": int.from_bytes(tip),
        "maxFeePerGas": int.from_bytes(fee),
        "gas": int.from_bytes(gas),
        "to": to_hex(to) if to else "",
        "value": int.from_bytes(value),
        "data": to_hex(data),
        "accessList": list(access),
    }
