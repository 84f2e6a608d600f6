from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from service.proof.errors import CanonicalJsonError
from service.proof.jcs import LARGEST_INTEGER, canonical_json

keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)


@given(values)
def test_the_bytes_are_those_of_the_reference_library(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [1.5, LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, {"é": 1}, {1: 2}, b"x", [{"a": {2}}]],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(CanonicalJsonError):
        canonical_json(value)


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(CanonicalJsonError, match="surrogate"):
        canonical_json("\ud800")
