"""What a beacon still names of orders that others have overtaken."""

from itertools import count

import pytest

from nguon_signer.beacons import still_meant
from nguon_signer.store import Listed

_numbers = count(1)


def row(action: str, *items: str, type_: str = "order", issued: int = 100) -> Listed:
    """This function will give a row that was logged after all the ones before it."""
    seq = next(_numbers)
    return Listed(seq, type_, "vn.5.120", 1, seq, f"{seq:064x}", action, issued, frozenset(items))


@pytest.mark.parametrize("action", ["play", "live"])
def test_a_later_stop_takes_what_sounds_out(action: str) -> None:
    before, stop, after = row(action, "a"), row("stop"), row(action, "b")
    assert still_meant([before, stop, after]) == [stop, after]


@pytest.mark.parametrize("action", ["play", "live"])
def test_a_cancel_of_its_id_takes_what_sounds_out(action: str) -> None:
    before, other, cancel = row(action, "a"), row(action, "b"), row("cancel", "a")
    assert still_meant([cancel, before, other]) == [other, cancel]


def test_a_stop_takes_no_volume_no_plan_and_no_alert_out() -> None:
    rows = [row("volume"), row("", type_="plan"), row("play", "a", type_="urgent"), row("stop")]
    assert still_meant(rows) == rows


def test_who_has_just_joined_hears_a_voice_that_goes_on_but_no_order_of_before() -> None:
    live, play = row("live", "a", issued=50), row("play", "b", issued=50)
    assert still_meant([live, play], since=60) == [live]
