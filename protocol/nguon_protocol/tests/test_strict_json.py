"""One meaning for every byte string, or a refusal."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_protocol import strict_json
from nguon_protocol.errors import ProtocolError


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"1.0",
        b"1e3",
        b"NaN",
        b"-Infinity",
        b"[" * 9 + b"]" * 9,
        b"[" * 200_000,
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"",
        b"{} {}",
        b"9" * 17,
        b"-0",
        b'{"a":-0}',
        b" " * (256 * 1024 + 1),
    ],
)
def test_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        strict_json.parse(data)


@pytest.mark.parametrize("data", [b"-1", b"9007199254740992", b'{"a":[{"b":-5}]}'])
def test_integers_out_of_range_are_refused(data: bytes) -> None:
    strict_json.parse(data)
    with pytest.raises(ProtocolError):
        strict_json.loads(data)


def test_a_text_that_never_ends_is_refused_in_linear_time() -> None:
    data = b'"' + b'\\"' * 130_000
    started = time.process_time()
    with pytest.raises(ProtocolError):
        strict_json.parse(data)
    assert time.process_time() - started < 1  # with a pattern that steps back it takes minutes


def test_depth_counts_brackets_and_not_text() -> None:
    assert strict_json.loads(b"[" * 8 + b"]" * 8)
    assert strict_json.loads(b'{"a":"[[[[[[[[[[[[\\"[["}') == {"a": '[[[[[[[[[[[["[['}


values = st.recursive(
    st.booleans() | st.integers(0, 2**53 - 1) | st.text(st.characters(codec="utf-8"), max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)


@given(values)
def test_what_is_written_is_read_back_and_has_one_form(value: object) -> None:
    try:
        data = strict_json.dumps(value)
        found = strict_json.loads(data)
    except ProtocolError:
        return  # deeper than 8, or a lone surrogate
    assert found == value
    assert strict_json.dumps(json.loads(data)) == data
