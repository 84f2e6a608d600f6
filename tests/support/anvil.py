"""A local chain for tests: one node per test process, one registry on it, rolled back after each.

``registry`` is what most tests want: a deployed registry with an anchoring account that has its
roles, and ways to send a call and to see it mined (``tests.support.registry_on_chain``).
"""

from __future__ import annotations

from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.chain.node import LocalNode
    from service.chain.rpc import RpcClient
    from tests.support.liens_on_chain import LiensOnChain
    from tests.support.registry_on_chain import RegistryOnChain


@pytest.fixture(scope="session")
def anvil_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNode]:
    """A running node on a free port, for the life of the test process."""
    from service.chain.node import LocalNode
    from tests.support.registry_on_chain import require_anvil

    require_anvil()
    with LocalNode(tmp_path_factory.mktemp("anvil")) as node:
        yield node


@pytest.fixture(scope="session")
def registry_chain(
    anvil_node: LocalNode, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RegistryOnChain]:
    """A registry deployed once for the test process; ``registry`` rolls it back."""
    from tests.support.registry_on_chain import deployed

    with deployed(anvil_node.rpc_url, tmp_path_factory.mktemp("deployments")) as registry:
        yield registry


@pytest.fixture
def registry(registry_chain: RegistryOnChain) -> Iterator[RegistryOnChain]:
    """The registry as it was deployed: what the test sends is undone after it."""
    with rolled_back(registry_chain.client.rpc):
        yield registry_chain


@contextmanager
def rolled_back(rpc: RpcClient) -> Iterator[None]:
    """Whatever is done to the chain within the block is undone.

    A snapshot alone leaves waiting transactions, held mining and a set base fee behind.
    """
    base_fee = rpc.call("eth_getBlockByNumber", "pending", False)["baseFeePerGas"]  # noqa: FBT003
    snapshot = rpc.call("evm_snapshot")
    # The node keeps the states of few blocks, and one that comes twice, undone and mined anew, it
    # forgets with the first: a block of no other's hash is there to reorganise down to.
    rpc.call("anvil_setCoinbase", "0x" + token_hex(20))
    rpc.call("anvil_mine", "0x1")
    try:
        yield
    finally:
        rpc.call("anvil_dropAllTransactions")
        rpc.call("evm_setAutomine", True)  # noqa: FBT003 - an argument of the node
        rpc.call("evm_revert", snapshot)
        rpc.call("anvil_setNextBlockBaseFeePerGas", base_fee)


@pytest.fixture
def liens(registry: RegistryOnChain) -> LiensOnChain:
    """The lien registry beside the registry, with two banks and a stranger who relays."""
    from tests.support.liens_on_chain import LiensOnChain

    return LiensOnChain(registry=registry)
