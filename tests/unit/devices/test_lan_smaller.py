"""What the LAN server compresses, and what it leaves as it is."""

import gzip
from http import HTTPStatus

import pytest
from flask import Flask, Response

from service.devices.edge.lan_smaller import FROM_BYTES, smaller

TEXT = "const weight = 48_620;\n" * 100
APP = Flask(__name__)


def sent(answer: Response, accepts: str = "gzip, deflate") -> Response:
    with APP.test_request_context(headers={"Accept-Encoding": accepts}):
        return smaller(answer)


def test_a_script_goes_out_compressed_under_a_weak_tag() -> None:
    answer = Response(TEXT, mimetype="text/javascript")
    answer.set_etag("4c")
    made = sent(answer)
    assert gzip.decompress(made.get_data()).decode() == TEXT
    assert made.headers["Content-Encoding"] == "gzip"
    assert made.content_length == len(made.get_data()) < len(TEXT)
    assert made.get_etag() == ("4c", True)
    assert made.headers["Vary"] == "Accept-Encoding"


def test_text_without_a_tag_gets_none() -> None:
    assert sent(Response(TEXT, mimetype="text/css")).get_etag() == (None, None)


@pytest.mark.parametrize(
    ("answer", "accepts"),
    [
        (Response(TEXT, mimetype="text/javascript"), "br"),
        (Response(TEXT, mimetype="image/png"), "gzip"),
        (Response(TEXT, mimetype="text/event-stream"), "gzip"),
        (Response(TEXT, mimetype="text/css", status=HTTPStatus.PARTIAL_CONTENT), "gzip"),
        (Response(TEXT, mimetype="text/css", headers={"Content-Encoding": "br"}), "gzip"),
        (Response("x" * (FROM_BYTES - 1), mimetype="text/css"), "gzip"),
    ],
    ids=["not taken", "picture", "stream", "part", "done already", "short"],
)
def test_all_else_stays_as_it_is(answer: Response, accepts: str) -> None:
    before = answer.get_data()
    assert sent(answer, accepts).get_data() == before
