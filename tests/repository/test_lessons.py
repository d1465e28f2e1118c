"""docs/alerts.md: each thing that went wrong elsewhere names tests that exist."""

import pytest

from tests.repository.test_security import NAMED, missing
from tests.repository.tree import ROOT

TEXT = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| ---")][1:]


def test_every_test_that_is_named_exists() -> None:
    assert missing(TEXT) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_every_row_has_a_test(row: str) -> None:
    assert [one["test"] for one in NAMED.finditer(row) if one["test"]]
