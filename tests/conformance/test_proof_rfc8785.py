"""The public vectors of canonical JSON, as far as they hold no floats and only ASCII keys."""

import json

import pytest

from service.proof.errors import CanonicalJsonError
from service.proof.jcs import canonical_json
from tests.support.shared import shared_path


@pytest.mark.parametrize("name", ["arrays", "unicode"])
def test_the_vectors_without_floats_come_out_byte_for_byte(name: str) -> None:
    value = json.loads(shared_path(f"vectors/rfc8785/input/{name}.json").read_bytes())
    expected = shared_path(f"vectors/rfc8785/output/{name}.json").read_bytes()
    assert canonical_json(value) == expected.rstrip(b"\n")


def test_the_structures_come_out_byte_for_byte_with_their_one_float_as_integer() -> None:
    text = shared_path("vectors/rfc8785/input/structures.json").read_bytes()
    value = json.loads(text, parse_float=lambda number: int(float(number)))
    expected = shared_path("vectors/rfc8785/output/structures.json").read_bytes()
    assert canonical_json(value) == expected.rstrip(b"\n")


@pytest.mark.parametrize("name", ["values", "french"])
def test_floats_and_keys_beyond_ascii_are_refused_not_approximated(name: str) -> None:
    value = json.loads(shared_path(f"vectors/rfc8785/input/{name}.json").read_bytes())
    with pytest.raises(CanonicalJsonError):
        canonical_json(value)
