"""The fixtures of every journey."""

from collections.abc import Iterator

import pytest

from tests.browser import browser, chromium_program, new_context, page
from tests.journeys.installation import Installation

__all__ = ["browser", "chromium_program", "new_context", "page"]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """This function will give a demo installation whose first bulletin has been played by all."""
    with Installation(tmp_path_factory.mktemp("installation")) as started:
        started.wait_for("Đã phát: 6/6", seconds=180)
        yield started
