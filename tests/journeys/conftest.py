"""The fixtures of every journey."""

from collections.abc import Iterator

import pytest

from nguon.accounts.tests.provider import CLIENT, SECRET, Provider
from nguon.adapters.push.tests.receiver import Receiver, receiving
from tests.browser import browser, browser_flags, browsers, chromium_program, new_context, page
from tests.journeys.installation import Installation

__all__ = ["browser", "browser_flags", "browsers", "chromium_program", "new_context", "page"]


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """This function will give an identity provider on loopback, for single sign-on."""
    started = Provider("")
    yield started
    started.stop()


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """This function will give a push service on loopback, and the browser whose messages it can read."""
    with receiving() as there:
        yield there


@pytest.fixture(scope="session")
def installation(
    tmp_path_factory: pytest.TempPathFactory, provider: Provider, receiver: Receiver
) -> Iterator[Installation]:
    """This function will give a demo installation whose first bulletin has been played by all."""
    folder = tmp_path_factory.mktemp("installation")
    secret = folder / "identity.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    made = Installation(folder)
    made.more = {
        "NGUON_SSO_ISSUER": provider.issuer,
        "NGUON_SSO_CLIENT_ID": CLIENT,
        "NGUON_SSO_SECRET_FILE": str(secret),
        "NGUON_SSO_NAME": "Cổng cán bộ",
        "NGUON_PUSH": "1",
        "NGUON_PUSH_PRIVATE_HOSTS": receiver.host,
    }
    with made as started:
        started.wait_for("Đã phát: 6/6", seconds=600)
        yield started
