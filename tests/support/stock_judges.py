"""We and the verifiers of others, looking at the same documents on the same chain.

``judges`` is one Node process, one company and one registry for all tests of a process that ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from service.chain.node import LocalNode
from service.chain.reader import ChainReader
from service.proof.document import WrappedDocument
from service.proof.jcs import canonical_json
from service.proof.verify import verify
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from tests.support.anchored_company import AnchoredCompany, anchored_company
from tests.support.company import TEMPLATE
from tests.support.registry_on_chain import deployed
from tests.support.stock_verifiers import (
    IDENTITY,
    INTEGRITY,
    STATUS,
    VALID,
    Finding,
    StockAnswer,
    StockVerifiers,
    our_findings,
    stock_verifiers,
)

DATABASE = "judges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """We and they, looking at the same chain and the same DNS record."""

    anchored: AnchoredCompany
    stock: StockVerifiers

    def agreed(
        self, document: WrappedDocument, *, rpc_url: str = "", dns: str | None = "ours"
    ) -> dict[str, Finding]:
        """What all say of ``document``, by fragment; fails where they differ from us.

        ``dns`` other than ours is another TXT record at the issuer's domain, None no answer.
        """
        bundle = canonical_json({"v": 1, "document": document})
        ours = self.ours(bundle, rpc_url=rpc_url, dns=dns)
        theirs = self.theirs(document, rpc_url=rpc_url, dns=dns)
        assert not theirs.error
        agreed = {name: ours[name] for name in (INTEGRITY, STATUS, IDENTITY)}
        assert {name: theirs.oa[name] for name in agreed} == agreed
        assert theirs.tt == {name: ours[name] for name in (INTEGRITY, STATUS)}
        assert theirs.oa_valid is (set(agreed.values()) == {VALID})
        return agreed

    def ours(
        self, bundle: bytes, *, rpc_url: str = "", dns: str | None = "ours"
    ) -> dict[str, Finding]:
        """Our fragments over a bundle file."""
        (issuer,) = self.anchored.trust.issuers
        record = issuer.dns_txt if dns == "ours" else dns
        trust = replace(self.anchored.trust, issuers=(replace(issuer, dns_txt=record),))
        address = self.anchored.registry.client.address
        with ChainReader([rpc_url or self.anchored.registry.rpc_url], address) as chain:
            return our_findings(verify(bundle, trust=trust, chain=chain))

    def theirs(
        self, document: object, *, rpc_url: str = "", dns: str | None = "ours"
    ) -> StockAnswer:
        """Their fragments over what stands as ``document`` in it."""
        (issuer,) = self.anchored.trust.issuers
        record = issuer.dns_txt if dns == "ours" else dns
        return self.stock.judge(
            document,
            rpc_url=rpc_url or self.anchored.registry.rpc_url,
            dns=None if record is None else [record],
        )


@pytest.fixture(scope="session")
def judges(
    moved_in: EmbeddedPostgres, anvil_node: LocalNode, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Judges]:
    with (
        stock_verifiers() as stock,
        deployed(anvil_node.rpc_url, tmp_path_factory.mktemp("judges")) as registry,
    ):
        moved_in.create_database(DATABASE, template=TEMPLATE)
        with anchored_company(moved_in.url(APP_ROLE, DATABASE), registry) as anchored:
            yield Judges(anchored=anchored, stock=stock)
