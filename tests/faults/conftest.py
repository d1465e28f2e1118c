"""One installation for all the fault tests; each of them leaves it as it found it."""

from collections.abc import Iterator

import pytest

from tests.faults.disks import small_disks
from tests.faults.telling import Person
from tests.journeys.installation import Installation


@pytest.fixture(scope="package")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """This function will give a demo installation whose first bulletin was played by all six."""
    installation = Installation(tmp_path_factory.mktemp("faults"))
    with small_disks(installation.data), installation:
        installation.wait_for("Đã phát: 6/6", seconds=600)
        yield installation


@pytest.fixture(scope="package")
def person(line: Installation) -> Iterator[Person]:
    """This function will give somebody who writes and approves bulletins."""
    with Person(line) as somebody:
        yield somebody
