"""One meaning for every byte string, or a refusal."""

import json
import re
import time
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
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


def slowly(data: bytes) -> object:
    """This function will read JSON as the rules say it, without any shortcut; None for what is refused."""

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _value in pairs}) == len(pairs)
        return dict(pairs)

    def integer(text: str) -> int:
        assert text != "-0"
        assert len(text.lstrip("-")) < 17
        return int(text)

    try:
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", data.decode(), flags=re.DOTALL)
        depths = accumulate((mark in "[{") - (mark in "]}") for mark in bare)
        assert max(depths, default=0) <= 8
        assert not re.search(r"[.eENI]", re.sub("true|false|null", "", bare))
        value: object = json.loads(data, object_pairs_hook=unique, parse_int=integer)
        json.dumps(value, ensure_ascii=False).encode()
    except (AssertionError, ValueError):
        return None
    return [value]


NUMBERS = ["0", "12", "1234567890123456", "7" * 17, "1.5", "1e3", "NaN"]
TEXTS = ['"a":', '"b":', '{"a":1,', '"a":{}}', '"', '\\"', '\\\\"', '"\\u0061":1}', "\\u", "d800", "é"]
pieces = st.sampled_from([*'{}[]":,-\\', *NUMBERS, *TEXTS, "null", " ", "[[[[", "]]]]"])


@settings(max_examples=500)
@given(st.lists(pieces, max_size=14).map("".join))
@example('{"a":1,"\\u0061":1}')
@example('{"a":":","b":1,"b":":"}')
@example("[[[[[[[[]]]]]]]][[[[[[[[]]]]]]]]")
def test_no_shortcut_reads_what_the_rules_refuse(text: str) -> None:
    data = text.encode()
    try:
        found = [strict_json.parse(data)]
    except ProtocolError:
        assert slowly(data) is None
    else:
        assert slowly(data) == found


def test_who_wrote_a_key_twice_is_told_which() -> None:
    with pytest.raises(ProtocolError, match="'a' twice"):
        strict_json.parse(b'{"b":{"c":1},"a":1,"a":2}')
