"""Changed envelopes, by the hundred here and by the million by hand: none is accepted with other content."""

import pytest

from nguon_protocol.acceptance import REASONS
from nguon_protocol.conformance import fuzz, verifier

TRIES = 1_000


@pytest.mark.parametrize("seed", [1, 2])
def test_a_changed_envelope_is_never_accepted_with_changed_content(seed: int) -> None:
    for one in fuzz.tries(seed, TRIES):
        found = verifier.judge(one.data, one.state, one.now, one.clock)
        assert found["accept"] or found["reason"] in REASONS, one
        assert not found["accept"] or one.signed_again or fuzz.is_known(one.data), one


def test_the_same_seed_gives_the_same_envelopes() -> None:
    assert [one.data for one in fuzz.tries(3, 50)] == [one.data for one in fuzz.tries(3, 50)]


def test_every_way_is_used() -> None:
    assert {one.how for one in fuzz.tries(4, 200)} == set(fuzz.WAYS)
