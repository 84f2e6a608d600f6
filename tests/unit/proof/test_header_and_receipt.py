import pytest
import rlp

from service.proof.errors import HeaderError, ReceiptError
from service.proof.hashing import keccak256
from service.proof.header import decode_header
from service.proof.receipt import HEAD_ADVANCED_TOPIC, EventLog, decode_receipt, head_advanced
from tests.unit.proof.made_chain import header_rlp, receipt_bytes, word

ADDRESS = b"\x05" * 20


def test_a_header_gives_what_evidence_rests_on() -> None:
    raw = header_rlp(7, state_root=word(3), receipts_root=word(4), time_s=1_772_331_000)
    header = decode_header(raw)
    assert header.hash == keccak256(raw)
    assert (header.number, header.timestamp) == (7, 1_772_331_000)
    assert (header.parent_hash, header.state_root, header.receipts_root) == (
        word(9),
        word(3),
        word(4),
    )


@pytest.mark.parametrize("count", [0, 14, 33])
def test_headers_of_another_number_of_fields_are_refused(count: int) -> None:
    with pytest.raises(HeaderError, match="fields"):
        decode_header(rlp.encode([b""] * count))


def test_what_is_no_header_is_refused() -> None:
    with pytest.raises(HeaderError):
        decode_header(b"\x80")
    with pytest.raises(HeaderError):
        decode_header(rlp.encode([b"short"] * 16))


def test_the_topic_is_the_published_one() -> None:
    assert HEAD_ADVANCED_TOPIC.hex() == (
        "8c1d07a527fe06828d14c1813afa40d666d6dad7fb76334f93e1995b5242681b"
    )


def test_receipts_of_every_type_are_read() -> None:
    log = [ADDRESS, [word(1), word(2)], b"data"]
    typed = receipt_bytes([log])
    for raw in (typed, typed[1:]):
        receipt = decode_receipt(raw)
        assert receipt.succeeded
        assert receipt.logs == (EventLog(address=ADDRESS, topics=(word(1), word(2)), data=b"data"),)
    assert not decode_receipt(receipt_bytes([], status=b"")).succeeded


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x02",
        b"\x02\x80",
        rlp.encode([b"\x01", b"", b""]),
        rlp.encode([b"\x01", b"", b"", b"text"]),
        rlp.encode([b"\x01", b"", b"", [b"log"]]),
        rlp.encode([b"\x01", b"", b"", [[ADDRESS, []]]]),
        rlp.encode([b"\x01", b"", b"", [[ADDRESS, b"", b""]]]),
        rlp.encode([b"\x01", b"", b"", [[ADDRESS, [], []]]]),
        rlp.encode([b"\x01", b"", b"", [[ADDRESS, [word(1)] * 5, b""]]]),
        rlp.encode([b"\x01", b"", b"", [[ADDRESS, [b"short"], b""]]]),
        rlp.encode([b"\x01", b"", b"", [[b"short", [], b""]]]),
    ],
)
def test_what_is_no_receipt_is_refused(raw: bytes) -> None:
    with pytest.raises(ReceiptError):
        decode_receipt(raw)


@pytest.mark.parametrize(
    ("topics", "length"),
    [
        ((word(1), word(2), word(3)), 96),
        ((HEAD_ADVANCED_TOPIC, word(2)), 96),
        ((HEAD_ADVANCED_TOPIC, word(2), word(3)), 95),
    ],
)
def test_other_events_are_refused(topics: tuple[bytes, ...], length: int) -> None:
    with pytest.raises(ReceiptError, match="HeadAdvanced"):
        head_advanced(EventLog(address=ADDRESS, topics=topics, data=bytes(length)))
