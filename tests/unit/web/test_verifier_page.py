"""The verifier is served as it was built, under a policy that allows nothing but itself."""

import hashlib
import re
from base64 import b64encode

import pytest
from flask import Flask

from service.web.verifier.page import BUILT, page_bytes, page_policy
from tests.support.company import Company
from tests.support.pages import Person, pages_of

MEGABYTE = 1024 * 1024


@pytest.fixture
def app(company: Company) -> Flask:
    return pages_of(company)


def test_the_page_is_the_built_file_byte_for_byte(app: Flask) -> None:
    served = Person(app).get("/verify")
    assert served.status_code == 200
    assert served.data == BUILT.read_bytes()
    assert served.mimetype == "text/html"


def test_only_the_script_and_the_style_in_it_run(app: Flask) -> None:
    policy = Person(app).get("/verify").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for tag in ("script", "style"):
        texts = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", page_bytes().decode(), re.DOTALL)
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        expected = [f"'sha256-{b64encode(digest).decode()}'" for digest in digests]
        assert expected
        assert rules[f"{tag}-src"].split() == expected
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "http: https:"
    assert "unsafe" not in policy


def test_the_saved_copy_carries_the_same_policy_in_itself() -> None:
    stated = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page_text())
    assert stated
    own = dict(rule.split(" ", 1) for rule in stated[1].split("; "))
    served = dict(rule.split(" ", 1) for rule in page_policy().split("; "))
    for name in ("script-src", "style-src", "connect-src", "default-src"):
        assert own[name] == served[name]


def test_the_page_needs_nothing_from_elsewhere() -> None:
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", page_text(), flags=re.DOTALL)
    assert not re.search(r"\b(?:src|href)=", markup)
    assert "@import" not in page_text()
    assert "url(" not in page_text()
    assert len(page_bytes()) < MEGABYTE // 2


def page_text() -> str:
    return page_bytes().decode()


def test_without_scripts_the_page_says_how_to_verify_otherwise() -> None:
    noscript = re.search(r"<noscript>(.*?)</noscript>", page_text(), re.DOTALL)
    assert noscript
    assert "ferrotrace verify" in noscript[1]


def test_the_published_sums_are_those_of_the_files() -> None:
    for line in BUILT.with_name("SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(BUILT.with_name(name).read_bytes()).hexdigest() == digest
