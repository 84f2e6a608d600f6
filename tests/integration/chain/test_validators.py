"""The validators of a QBFT chain, as its node names them."""

from service.chain.reader import ChainReader
from tests.support.json_rpc import fake_node

REGISTRY = "0x" + "11" * 20
VALIDATOR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def test_validators_are_named_with_their_checksum() -> None:
    answers = {"qbft_getValidatorsByBlockNumber": [VALIDATOR.lower()]}
    with fake_node(answers) as node, ChainReader([node.url], REGISTRY) as reader:
        assert reader.validators() == [VALIDATOR]


def test_a_chain_of_another_kind_names_none() -> None:
    with fake_node() as node, ChainReader([node.url], REGISTRY) as reader:
        assert reader.validators() == []
