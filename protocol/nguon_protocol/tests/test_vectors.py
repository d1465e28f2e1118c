"""The published vectors are what the code says, in the same bytes."""

from collections import Counter

import pytest

from nguon_protocol.acceptance import REASONS, SIGNING_ROLES
from nguon_protocol.conformance import book, verifier
from nguon_protocol.conformance.case import Case, devices

CASES = book.cases()
DEVICES = devices()


@pytest.fixture(scope="module")
def text() -> str:
    return book.make()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_our_verifier_says_what_the_vector_says(case: Case) -> None:
    said = verifier.judge(case.data, DEVICES[case.device], case.now, case.clock)
    assert {name: said.get(name) for name in case.expect} == case.expect, said


def test_the_published_file_is_what_is_made(text: str) -> None:
    assert book.stored() == text, "nguon-protocol vectors > protocol/nguon_protocol/vectors/lsp-1.json"


def test_making_them_again_gives_the_same_bytes(text: str) -> None:
    assert book.make() == text


def test_each_reason_and_each_type_has_vectors() -> None:
    assert {case.reason for case in CASES if case.reason} == set(REASONS)
    kinds = {kind for kind in SIGNING_ROLES for case in CASES if case.reason is None and _is(case, kind)}
    assert kinds == set(SIGNING_ROLES)


def _is(case: Case, kind: str) -> bool:
    return f"vnd.loa.{kind}.v1".encode() in case.envelope


def test_no_two_vectors_have_one_name() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


def test_the_file_is_read_back(text: str) -> None:
    read = list(book.read(text))
    assert [one.name for one in read] == [case.name for case in CASES]
    assert all(one.expect == case.expect for one, case in zip(read, CASES, strict=True))
