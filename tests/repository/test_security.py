"""docs/security.md: each row of "what one stolen thing can do" names a test that shows it, and it exists."""

import re

import pytest

from tests.repository.tree import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(?P<path>[\w/:]+\.py)(?:::(?P<test>test_\w+))?`")
FOLDERS = {
    "protocol:": "protocol/nguon_protocol/tests/",
    "device:": "device/nguon_device/tests/",
    "": "signer/nguon_signer/tests/",
}
HEAD = "| stolen | can | cannot | noticed and ended by | test |"
STOLEN = [
    line
    for table in TEXT.split(HEAD)[1:]
    for line in table.split("\n\n", 1)[0].splitlines()
    if line.startswith("| ") and not line.startswith("| ---")
]


def path_of(name: str) -> str:
    """Give the path in the tree of a test as the document names it."""
    if "/" in name:
        return name
    short = next(prefix for prefix in FOLDERS if name.startswith(prefix))
    return FOLDERS[short] + name.removeprefix(short)


def missing(text: str) -> list[str]:
    """Give what is named in a text and is not there."""
    found = []
    for one in NAMED.finditer(text):
        path = ROOT / path_of(one["path"])
        whole = path.read_text(encoding="utf-8") if path.exists() else ""
        if not whole or (one["test"] and f"\ndef {one['test']}(" not in whole):
            found.append(one[0])
    return found


def test_every_test_that_is_named_exists() -> None:
    assert missing(TEXT) == []


@pytest.mark.parametrize("row", STOLEN, ids=lambda row: row.split("|")[1].strip())
def test_every_stolen_thing_has_a_test(row: str) -> None:
    *_, tests, _ = row.split("|")
    assert [one["test"] for one in NAMED.finditer(tests) if one["test"]]


def test_what_a_thief_could_take_has_a_row() -> None:
    things = " ".join(row.split("|")[1] for row in STOLEN)
    for thing in (
        *("writer", "approver", "administrator", "duty officer", "web server", "database", "media store"),
        *("signer's process", "signing key", "backup", "TLS", "broker", "loudspeaker's key", "SD card"),
        *("revoked", "claim code", "simulator", "one holder", "two holders", "release key"),
    ):
        assert thing in things


def test_a_test_that_is_gone_is_noticed() -> None:
    assert missing("`test_policy.py::test_gone`")
    assert missing("`test_gone.py`")
    assert missing("`test_policy.py::test_one_broken_rule_is_enough`") == []
