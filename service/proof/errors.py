"""What the evidence refuses: one class for each broken rule of a document, a proof or a file."""

from service.domain.errors import RuleBrokenError, UnavailableError, gettext_noop


class ProofError(RuleBrokenError):
    """A document, a proof or a file of the evidence is not what it must be."""


class DocumentValueError(ProofError):
    """A value may not stand in an evidence document (ledger.md, section 3.2)."""

    message = gettext_noop("%(value)s may not stand in an evidence document: %(limit)s.")


class LeafFormatError(ProofError):
    """A leaf of a document is not ``uuid4:type:value``."""

    message = gettext_noop("The leaf %(value)s is not salted as uuid4:type:value.")


class RedactionError(ProofError):
    """A field cannot be hidden without breaking the document (ledger.md, section 3.4)."""

    message = gettext_noop("This field cannot be hidden: %(limit)s.")


class DuplicateLeafError(ProofError):
    """The same document stands twice in one batch."""

    message = gettext_noop("The document %(value)s stands twice in one batch.")


class LogProofError(ProofError):
    """A position or a size lies outside the log."""

    message = gettext_noop("The log has no %(value)s, its size is %(limit)s.")


class CanonicalJsonError(ProofError):
    """A value has no canonical form under the rules of ledger.md, section 2."""

    message = gettext_noop("%(value)s has no canonical JSON form: %(limit)s.")


class RlpError(ProofError):
    """Bytes are not one item of canonical RLP."""

    message = gettext_noop("The bytes are not canonical RLP: %(limit)s.")


class TrieProofError(ProofError):
    """The nodes do not prove a value, nor its absence, under the root."""

    message = gettext_noop("The trie proof does not hold: %(limit)s.")


class HeaderError(ProofError):
    """Bytes are not a block header."""

    message = gettext_noop("The block header is malformed: %(limit)s.")


class ReceiptError(ProofError):
    """Bytes are not a transaction receipt, or carry no such event."""

    message = gettext_noop("The receipt is malformed: %(limit)s.")


class StateProofError(ProofError):
    """The storage proofs do not show this document's state in this registry."""

    message = gettext_noop("The state proof does not hold: %(limit)s.")


class FileShapeError(ProofError):
    """A bundle or trust file breaks its format."""

    message = gettext_noop("The file breaks its format: %(limit)s.")


class FileVersionError(ProofError):
    """A bundle or trust file has a format version that this verifier does not know."""

    message = gettext_noop("Format version %(value)s; this verifier reads version %(limit)s.")


class ChainSilentError(UnavailableError):
    """No chain answered: the state is unknown, not wrong."""

    message = gettext_noop("The chain does not answer.")
