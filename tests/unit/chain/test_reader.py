from collections.abc import Iterator

import pytest

from service.chain.reader import FINALIZED, ChainReader, EndpointsDisagreeError, NotARegistryError
from service.chain.rpc import ChainUnavailableError
from service.domain.errors import UnavailableError
from tests.support.json_rpc import FakeNode, RpcFault, fake_node

ADDRESS = "0x" + "11" * 20
HASH_A, HASH_B = "0x" + "aa" * 32, "0x" + "bb" * 32
YES, NO = "0x" + "00" * 31 + "01", "0x" + "00" * 32


@pytest.fixture
def node() -> Iterator[FakeNode]:
    with fake_node() as started:
        yield started


@pytest.fixture
def reader(node: FakeNode) -> Iterator[ChainReader]:
    with ChainReader([node.url], ADDRESS, chain_id=1337, timeout_s=3) as opened:
        yield opened


def test_one_node_alone_names_a_block(node: FakeNode, reader: ChainReader) -> None:
    node.answers["eth_getBlockByNumber"] = {"hash": HASH_A}
    assert reader.block_hash(5) == b"\xaa" * 32


@pytest.mark.parametrize("second", [{"hash": HASH_A, "size": "0x1"}, None])
def test_nodes_that_agree_or_are_behind_name_a_block(
    node: FakeNode, second: dict[str, str] | None
) -> None:
    node.answers["eth_getBlockByNumber"] = {"hash": HASH_A}
    with (
        fake_node({"eth_getBlockByNumber": second}) as other,
        ChainReader([other.url, node.url], ADDRESS) as reader,
    ):
        assert reader.block_hash(5) == b"\xaa" * 32


def test_nodes_that_name_different_blocks_cannot_tell(node: FakeNode) -> None:
    node.answers["eth_getBlockByNumber"] = {"hash": HASH_A}
    with (
        fake_node({"eth_getBlockByNumber": {"hash": HASH_B}}) as other,
        ChainReader([other.url, node.url], ADDRESS) as reader,
        pytest.raises(EndpointsDisagreeError, match="height 5"),
    ):
        reader.block_hash(5)


def test_height_above_the_chain_has_no_block(node: FakeNode, reader: ChainReader) -> None:
    node.answers["eth_getBlockByNumber"] = None
    assert reader.block_hash(5) is None
    assert reader.block(5) is None


def test_silent_chain_names_no_block(node: FakeNode, reader: ChainReader) -> None:
    node.broken = "http-500"
    with pytest.raises(ChainUnavailableError):
        reader.block_hash(5)


def test_view_is_read_as_yes_or_no(node: FakeNode, reader: ChainReader) -> None:
    node.answers["eth_call"] = YES
    assert reader.is_issued(bytes(32)) is True
    assert reader.issued_at(bytes(32)) == 1
    node.answers["eth_call"] = NO
    assert reader.is_revoked(bytes(32)) is False
    assert reader.issued_at(bytes(32)) is None


def test_address_without_a_registry_cannot_tell(node: FakeNode, reader: ChainReader) -> None:
    node.answers["eth_call"] = "0x"
    with pytest.raises(NotARegistryError, match=ADDRESS):
        reader.is_issued(bytes(32))


@pytest.mark.parametrize("breakage", ["http-500", "slow", "garbage"])
def test_outage_is_never_a_no(node: FakeNode, reader: ChainReader, breakage: str) -> None:
    node.answers["eth_call"] = NO
    node.broken = breakage  # type: ignore[assignment]
    with pytest.raises(UnavailableError):
        reader.is_issued(bytes(32))


def test_refused_read_is_never_a_no(node: FakeNode, reader: ChainReader) -> None:
    node.answers["eth_call"] = RpcFault(code=-32000, message="missing trie node")
    with pytest.raises(ChainUnavailableError, match="missing trie node"):
        reader.is_issued(bytes(32))


def test_chain_that_finalizes_nothing_has_no_final_block(
    node: FakeNode, reader: ChainReader
) -> None:
    node.answers["eth_getBlockByNumber"] = RpcFault(code=-39001, message="Unknown block")
    assert reader.block(FINALIZED) is None
    with pytest.raises(ChainUnavailableError):
        reader.block(5)
