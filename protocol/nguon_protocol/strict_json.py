"""JSON as LSP-1 reads it: one meaning for every byte string, or a refusal.

Python's json keeps the last of two equal keys and cJSON the first, so a body with two equal keys says two
things to two readers. Everything that readers disagree about (equal keys, NaN, fractions, lone surrogates,
deep nesting) is therefore refused here instead of being interpreted.
"""

import json
import re
from typing import Any

from nguon_protocol.errors import ProtocolError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 8
MAX_INTEGER = 2**53

# Leaves strings out; where nothing is escaped, every other piece between quotes is one. A string is matched
# without ever stepping back ("++", "*+"): one that never ends must not cost n * n steps.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_ODD_NUMBER = re.compile(rb"-0|-?[0-9]{17,}")
_OTHER_THAN_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ALL_SQUARE = bytes.maketrans(b"{}", b"[]")
_ALL_ZERO = bytes.maketrans(b"123456789", b"0" * 9)


def _refuse_number(text: str) -> Any:
    raise ProtocolError(f"number {text[:20]} is not an integer")


_READER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse(data: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """Read JSON bytes, refusing equal keys, fractions, NaN, bad UTF-8, depth > 8 and more than max_bytes.

    Numbers of more than 16 digits and -0 are refused too, for readers make different things of them. Other
    integers pass; `check_integers` judges them, because acceptance gives that fault another name. Raises
    ProtocolError.
    """
    return _read(data, max_bytes)[0]


def loads(data: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """Read JSON bytes as `parse` does and also refuse integers outside 0 <= i < 2^53."""
    value, plain = _read(data, max_bytes)
    if not plain:
        check_integers(value)
    return value


def _read(data: bytes, max_bytes: int) -> tuple[Any, bool]:
    """Give the value, and whether every number in it is plain: no sign, less than 16 digits."""
    if len(data) > max_bytes:
        raise ProtocolError(f"{len(data)} bytes, more than {max_bytes}")
    try:
        text = data.decode("utf-8")
        escaped = b"\\" in data
        bare = _STRING.sub(b"", data) if escaped else b"".join(data.split(b'"')[::2])
        plain = _check_structure(bare)
        value = _READER.decode(text)
        if _keys(value) != bare.count(b":"):  # outside of strings there is one behind each key
            json.loads(text, object_pairs_hook=_unique)
            raise ProtocolError("a key twice")
        if escaped:  # nothing else can bring a lone surrogate
            _check_text(value)
    except ProtocolError:
        raise
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {error}") from error
    return value, plain


def dumps(value: Any) -> bytes:
    """Write the canonical form: sorted keys, no spaces, UTF-8. The same value gives the same bytes always."""
    try:
        return _WRITER.encode(value).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"cannot be written as JSON: {error}") from error


def check_integers(value: Any) -> None:
    """Refuse (ProtocolError) any integer outside 0 <= i < 2^53, at any depth."""
    if isinstance(value, dict):
        for inner in value.values():
            check_integers(inner)
    elif isinstance(value, list):
        for inner in value:
            check_integers(inner)
    elif isinstance(value, int) and not isinstance(value, bool) and not 0 <= value < MAX_INTEGER:
        raise ProtocolError(f"integer {str(value)[:20]} is outside 0..2^53-1")


def _check_structure(bare: bytes) -> bool:
    """Look at brackets and numbers outside strings first, so that no hostile ones reach a parser; give
    whether every number is plain.
    """
    plain = b"-" not in bare and b"0" * 16 not in bare.translate(_ALL_ZERO)
    if not plain and (odd := _ODD_NUMBER.search(bare)):
        _refuse_number(odd.group().decode("ascii"))
    if not _is_shallow(bare):
        raise ProtocolError(f"nested deeper than {MAX_DEPTH}, or not closed")
    return plain


def _is_shallow(bare: bytes) -> bool:
    """Say whether all brackets close again within MAX_DEPTH: what does not is too deep, or no JSON."""
    marks = bare.translate(_ALL_SQUARE, _OTHER_THAN_BRACKETS)
    for _ in range(MAX_DEPTH):
        marks = marks.replace(b"[]", b"")
    return not marks


def _keys(value: Any) -> int:
    """Count the keys of all objects, at any depth."""
    count, left = 0, [value]
    while left:
        one = left.pop()
        if type(one) is dict:
            count += len(one)
            one = one.values()
        elif type(one) is not list:
            continue
        left += [inner for inner in one if type(inner) is dict or type(inner) is list]
    return count


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ProtocolError(f"key {key[:40]!r} twice")
        found[key] = value
    return found


def _check_text(value: Any) -> None:
    """Refuse lone surrogates: they can be escaped in JSON and cannot be written as UTF-8."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, dict):
        for key, inner in value.items():
            key.encode("utf-8")
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
