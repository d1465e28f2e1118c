"""Every address of the server is in the table of who may do what."""

from django.urls import get_resolver

from tests.repository.authorisation_browsers import TABLE
from tests.repository.test_addresses import addresses, open_addresses


def test_every_address_is_in_the_table() -> None:
    named = {
        f"{':'.join(filter(None, [_space(route), pattern.name]))}"
        for route, pattern in addresses(get_resolver().url_patterns)
        if route not in open_addresses()
    }
    assert named - {row.name for row in TABLE} == set()
    assert {row.name for row in TABLE} - named == set()


def _space(route: str) -> str:
    return "" if route.startswith("accounts/") else "console"
