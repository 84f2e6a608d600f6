"""One verification as the checks see it: the bundle, what is trusted, and what the chain said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.proof.at_hand import FilesAtHand
from service.proof.bundle import Bundle, LogHead
from service.proof.chain_view import ChainAnswers
from service.proof.document import hidden_hashes
from service.proof.issuer import Standing, StatedIssuer
from service.proof.trust import Trust, TrustedIssuer

PRODUCT_TEMPLATE = "FERROTRACE_{}_V1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything the checks may read.

    ``data`` is the document without salts, None where a leaf is malformed. ``nodes`` are the
    target hash and the folded nodes above it, the last being the root that the proof leads to.
    """

    bundle: Bundle
    data: dict[str, Any] | None
    nodes: tuple[bytes, ...]
    stated: StatedIssuer | None
    standing: Standing
    issuer: TrustedIssuer | None
    trust: Trust
    answers: ChainAnswers | None
    audience: str | None
    remembered: LogHead | None
    parents: FilesAtHand | None

    @property
    def fields(self) -> dict[str, Any]:
        """The unsalted data; empty where they cannot be read."""
        return self.data or {}

    @property
    def is_redacted(self) -> bool:
        """Whether fields of the document are hidden."""
        return bool(hidden_hashes(self.bundle.document.wrapped))

    @property
    def product_kind(self) -> str | None:
        """Kind of a document of this product, None for a foreign or hidden template."""
        return product_kind(self.fields)


def product_kind(data: Mapping[str, Any]) -> str | None:
    """Kind that the unsalted ``data`` state, where their template is this product's for it."""
    kind, template = data.get("kind"), data.get("$template")
    if not isinstance(kind, str) or not isinstance(template, dict):
        return None
    expected = PRODUCT_TEMPLATE.format(kind.upper().replace("-", "_"))
    return kind if template.get("name") == expected else None
