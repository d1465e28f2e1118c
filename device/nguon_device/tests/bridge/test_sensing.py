"""What a box says of itself, in the names of the health message."""

from typing import Any

import pytest

from nguon_device.bridge.sensing import senses

SAID: dict[str, Any] = {"code": "", "age_s": 2.0, "playing": True, "connection": "4G,-71dbm"}


def test_what_a_box_says_is_what_its_bridge_senses() -> None:
    assert senses(SAID) == {"signal": -71, "net": "4G", "sound": True}


@pytest.mark.parametrize("changes", [{"code": "unreachable"}, {"age_s": 91.0}, {"age_s": None}])
def test_what_it_said_long_ago_is_not_said_again(changes: dict[str, Any]) -> None:
    assert senses(SAID | changes) == {}


@pytest.mark.parametrize(
    ("connection", "found"),
    [("Ethernet", {"net": "Ethernet"}), ("", {}), ("-999dbm", {}), ("<b>", {}), ("2", {"net": "2"})],
)
def test_a_connection_is_read_as_far_as_it_goes(connection: str, found: dict[str, Any]) -> None:
    assert senses(SAID | {"connection": connection, "playing": None}) == found
