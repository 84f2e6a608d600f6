"""Transaction receipts, and the one event in them that evidence rests on."""

from dataclasses import dataclass

from service.proof.errors import ReceiptError, RlpError
from service.proof.hashing import keccak256
from service.proof.rlp import RlpItem, decode_fixed, decode_rlp_list, decode_uint

HEAD_ADVANCED_TOPIC = keccak256(b"HeadAdvanced(uint64,uint64,uint64,bytes32,bytes32)")
_LARGEST_TYPE = 0x7F
_MOST_TOPICS = 4
_HEAD_ADVANCED_SHAPE = (3, 96)  # topics: event, seq, batch root; data: old size, new size, head
_RECEIPT_FIELDS, _LOG_FIELDS = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """One log of a receipt: the emitting contract (20 bytes), topics (32 bytes each), data."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt: whether the transaction succeeded, and its logs in order."""

    succeeded: bool
    logs: tuple[EventLog, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadAdvanced:
    """The registry's event of one anchor: entries ``old_size`` to ``new_size`` and their roots."""

    address: bytes
    seq: int
    old_size: int
    new_size: int
    head: bytes
    batch_root: bytes


def decode_receipt(raw: bytes) -> Receipt:
    """The receipt in ``raw``: a type byte (EIP-2718; none for type 0) and an RLP list.

    Raises ``ReceiptError``.
    """
    body = raw[1:] if raw and raw[0] <= _LARGEST_TYPE else raw
    try:
        fields = decode_rlp_list(body)
        if len(fields) != _RECEIPT_FIELDS or not isinstance(fields[3], list):
            raise ReceiptError(limit="not four fields")
        return Receipt(
            succeeded=decode_uint(fields[0]) == 1,
            logs=tuple(_event_log(item) for item in fields[3]),
        )
    except RlpError as error:
        raise ReceiptError(limit=str(error)) from None


def head_advanced(log: EventLog) -> HeadAdvanced:
    """``log`` read as the event HeadAdvanced; raises ``ReceiptError`` where it is another."""
    shape = (len(log.topics), len(log.data))
    if shape != _HEAD_ADVANCED_SHAPE or log.topics[0] != HEAD_ADVANCED_TOPIC:
        raise ReceiptError(limit="the log is no HeadAdvanced event")
    return HeadAdvanced(
        address=log.address,
        seq=int.from_bytes(log.topics[1], "big"),
        old_size=int.from_bytes(log.data[:32], "big"),
        new_size=int.from_bytes(log.data[32:64], "big"),
        head=log.data[64:],
        batch_root=log.topics[2],
    )


def _event_log(item: RlpItem) -> EventLog:
    if not isinstance(item, list) or len(item) != _LOG_FIELDS:
        raise ReceiptError(limit="a log has not three fields")
    address, topics, data = item
    if not isinstance(topics, list) or len(topics) > _MOST_TOPICS or not isinstance(data, bytes):
        raise ReceiptError(limit="a log is malformed")
    return EventLog(
        address=decode_fixed(address, 20),
        topics=tuple(decode_fixed(topic, 32) for topic in topics),
        data=data,
    )
