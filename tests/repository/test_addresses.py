"""Every address needs a login, unless it is named here."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.urls import URLPattern, URLResolver, get_resolver

from nguon.accounts.middleware import SignInMiddleware

# Who may come in without a login, and why.
OPEN = {
    # a loudspeaker: it proves itself by its own key, or is about to make itself known
    "lsp/v1/beacon",
    "lsp/v1/claims",
    "lsp/v1/claims/<uuid:claim_id>",
    "lsp/v1/documents/<sha256:sha256>",
    "lsp/v1/foreign",
    "lsp/v1/health",
    "lsp/v1/live/<uuid:session_id>",
    "lsp/v1/logs/<uuid:order>",
    "lsp/v1/media/<sha256:sha256>",
    "lsp/v1/receipts",
    "lsp/v1/roots/<int:v>",
    "lsp/v1/state",
    # another system: it proves itself by the credential of a pinned sender
    "cap/v1/alerts",
    # everybody: which alerts are on, and their signed messages
    "canh-bao/",
    "canh-bao/<slug:language>/",
    "canh-bao/<uuid:alert_id>/<slug:part>.xml",
    "canh-bao/cap.atom",
    "canh-bao/cap.pem",
    # a person who is not signed in yet
    "accounts/login/",
    "accounts/hai-buoc/ma/",
    "accounts/danh-tinh/",
    "accounts/danh-tinh/ve/",
    "accounts/khoa/",
    "accounts/khoa/hoi/",
    "accounts/logout/",
    "accounts/moi/<str:token>/",
    # how the pages look: size of letters, contrast, light or dark
    "hien-thi/",
    "ngon-ngu/",
    # what allauth would offer, and what is told instead (nguon/accounts/views)
    "accounts/inactive/",
    "accounts/password/reset/",
    "accounts/password/set/",
    "accounts/signup/",
}


def addresses(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, pattern


def open_addresses() -> set[str]:
    found = addresses(get_resolver().url_patterns)
    return {route for route, pattern in found if not getattr(pattern.callback, "login_required", True)}


def test_only_the_named_addresses_are_open() -> None:
    assert open_addresses() - OPEN == set()


def test_every_named_address_exists() -> None:
    assert OPEN - open_addresses() == set()


def test_all_others_are_behind_the_login() -> None:
    assert "nguon.accounts.middleware.SignInMiddleware" in settings.MIDDLEWARE
    assert issubclass(SignInMiddleware, LoginRequiredMiddleware)


def test_no_page_takes_the_name_of_another() -> None:
    named = {(one.lookup_str, one.name) for _route, one in addresses(get_resolver().url_patterns)}
    names = [name for view, name in named if name and view.startswith("nguon.console.")]
    assert sorted(names) == sorted(set(names))
