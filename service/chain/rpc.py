"""JSON-RPC to one chain over several endpoints: the first that answers is believed.

An endpoint that fails is left alone for a while, so that a dead one costs its timeout once and not
with every call. An endpoint of another chain is never used.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from web3.providers.rpc import HTTPProvider
from web3.types import RPCEndpoint

from service.domain.errors import ConflictError, UnavailableError, gettext_noop

DEFAULT_TIMEOUT_S = 10
REST_S = 15  # an endpoint that failed is asked last for this long
RATE_LIMITED = -32005  # EIP-1474: an endpoint's own limit, so another one may still answer
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Ask = Callable[..., Any]
"""A call of one endpoint: ``ask(method, *params)``."""
Seen = TypeVar("Seen")


class ChainUnavailableError(UnavailableError):
    """No endpoint answers: what stands on the chain is unknown, not absent."""

    message = gettext_noop("The chain does not answer (%(method)s): %(reason)s.")


class ChainRefusedError(ConflictError):
    """The node answered with an error; ``data`` is the revert data, or empty."""

    message = gettext_noop("The chain refused %(method)s: %(reason)s.")

    def __init__(self, *, method: str, reason: str, data: str = "") -> None:
        super().__init__(method=method, reason=reason)
        self.reason = reason
        self.data = data


class WrongChainError(UnavailableError):
    """An endpoint serves another chain than the expected one."""

    message = gettext_noop("The endpoint serves chain %(value)s, expected chain %(limit)s.")


class _Endpoint:
    """One URL, its connection pool and how long it is to be left alone."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self.session = requests.Session()
        # A proxy named in the environment cannot reach this machine's own node.
        self.session.trust_env = urlsplit(url).hostname not in _LOOPBACK
        self.provider = HTTPProvider(
            url,
            request_kwargs={"timeout": timeout_s},
            session=self.session,
            exception_retry_configuration=None,
        )
        self.chain_checked = False
        self.resting_until_s = 0.0

    def ask(self, method: str, params: Sequence[Any]) -> Any:
        """Result of the call; a failed transport and a broken answer raise alike."""
        try:
            answer: Any = self.provider.make_request(RPCEndpoint(method), list(params))
        except (requests.RequestException, ValueError) as failure:
            raise ChainUnavailableError(method=method, reason=type(failure).__name__) from failure
        error = answer.get("error") if isinstance(answer, dict) else "no object"
        if isinstance(error, dict):
            reason = str(error.get("message", error))
            if error.get("code") == RATE_LIMITED:
                raise ChainUnavailableError(method=method, reason=reason)
            raise ChainRefusedError(method=method, reason=reason, data=_revert_data(error))
        if error is not None or "result" not in answer:
            raise ChainUnavailableError(method=method, reason="not a JSON-RPC answer")
        return answer["result"]


class RpcClient:
    """Calls JSON-RPC methods on the first endpoint that answers.

    ``chain_id`` is the expected chain; without it the chain of the first endpoint that answers
    becomes the expected one.
    """

    def __init__(
        self,
        rpc_urls: Sequence[str],
        *,
        chain_id: int | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
    ) -> None:
        self._endpoints = [_Endpoint(url, timeout_s) for url in rpc_urls]
        self._chain_id = chain_id

    def close(self) -> None:
        for endpoint in self._endpoints:
            endpoint.session.close()

    def chain_id(self) -> int:
        """Chain id of the first endpoint that answers and serves the expected chain."""
        return int(self.call("eth_chainId"), 16)

    def call(self, method: str, *params: Any) -> Any:
        """JSON result of the first endpoint that answers.

        Raises ``ChainRefusedError`` where a node answers with an error and
        ``ChainUnavailableError`` or ``WrongChainError`` where no endpoint can be used.
        """
        failure: UnavailableError = ChainUnavailableError(method=method, reason="no endpoint")
        for endpoint in self._by_health():
            try:
                return self._ask(endpoint, method, params)
            except UnavailableError as refused:
                failure = refused
        raise failure

    def answers(self, method: str, *params: Any) -> Iterator[Any]:
        """Answer of each endpoint that gives one, so that the caller can compare them."""
        yield from self.poll(lambda ask: ask(method, *params))

    def poll(self, look: Callable[[Ask], Seen]) -> list[Seen]:
        """What ``look`` sees at each endpoint that answers, each asked by itself.

        Endpoints at rest are left out, unless all are.
        """
        now_s = time.monotonic()
        awake = [endpoint for endpoint in self._endpoints if endpoint.resting_until_s <= now_s]
        seen = []
        for endpoint in awake or self._endpoints:
            with suppress(UnavailableError):
                seen.append(look(partial(self._asked, endpoint)))
        return seen

    @property
    def endpoints(self) -> int:
        """How many endpoints there are, whether they answer or not."""
        return len(self._endpoints)

    def _asked(self, endpoint: _Endpoint, method: str, *params: Any) -> Any:
        return self._ask(endpoint, method, params)

    def _ask(self, endpoint: _Endpoint, method: str, params: Sequence[Any]) -> Any:
        try:
            self._check_chain(endpoint)
            return endpoint.ask(method, params)
        except UnavailableError:
            endpoint.resting_until_s = time.monotonic() + REST_S
            raise

    def _check_chain(self, endpoint: _Endpoint) -> None:
        if endpoint.chain_checked:
            return
        served = int(endpoint.ask("eth_chainId", ()), 16)
        if self._chain_id is None:
            self._chain_id = served
        if served != self._chain_id:
            raise WrongChainError(value=served, limit=self._chain_id)
        endpoint.chain_checked = True

    def _by_health(self) -> list[_Endpoint]:
        """Endpoints in the given order, those that failed lately last."""
        now_s = time.monotonic()
        return sorted(self._endpoints, key=lambda endpoint: endpoint.resting_until_s > now_s)


def _revert_data(error: dict[str, Any]) -> str:
    """Revert data of a JSON-RPC error: ``0x…`` as nodes send it, or empty."""
    data = error.get("data")
    if isinstance(data, dict):  # some nodes nest it
        data = data.get("data")
    return data if isinstance(data, str) and data.startswith("0x") else ""
