"""Letters through a real mail server: what goes out, what it refuses, what a wrong configuration is told."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from nguon.bulletins.tests.cast import Newsroom, newsroom, submitted
from nguon.notices import actions
from nguon.notices.models import Notice
from nguon.notices.states import Mail
from nguon.notices.tests.test_notices import SOON, follow, with_mail

pytestmark = pytest.mark.enable_socket


class Box:
    """What a mail server got, and how it answers."""

    def __init__(self) -> None:
        """This method will begin with an empty box that takes everything."""
        self.letters: list[Envelope] = []
        self.recipient = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, to: str, _options: Any
    ) -> str:
        """This method will answer who a letter is for."""
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - its too
        """This method will keep a letter."""
        self.letters.append(envelope)
        return "250 OK"


class Server(Controller):
    """A mail server at a port of the system's choice."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def box(settings: Settings, tmp_path: Path) -> Iterator[Box]:
    secret = tmp_path / "password"
    secret.write_text("mat-khau\n", "utf-8")
    secret.chmod(0o600)
    box = Box()
    taken = LoginPassword(b"nguon", b"mat-khau")
    server = Server(
        box,
        hostname="127.0.0.1",
        port=0,
        authenticator=lambda *given: AuthResult(success=given[-1] == taken, handled=False),
        auth_require_tls=False,
    )
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.NGUON_MAIL_HOST = settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.NGUON_MAIL_SECURITY, settings.EMAIL_USE_TLS = "none", False
    settings.EMAIL_HOST_USER, settings.NGUON_MAIL_PASSWORD_FILE = "nguon", str(secret)
    yield box
    server.stop()


@pytest.fixture
def notice(db: None, settings: Settings) -> Notice:
    room: Newsroom = newsroom()
    host = settings.NGUON_MAIL_HOST
    with_mail(room.people.minh, settings)
    settings.NGUON_MAIL_HOST = host or settings.NGUON_MAIL_HOST
    submitted(room)
    follow()
    return Notice.objects.get(user=room.people.minh)


def checked(*words: str) -> tuple[bool, str]:
    """(whether all is right, the first fault) as `nguon mail check` tells it."""
    said = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("mail", "check", "--json", *words, stdout=said)
    told = json.loads(said.getvalue())
    return told["ok"], next((one["code"] for one in told["faults"]), "")


def test_a_notice_goes_out_and_its_row_is_free_meanwhile(box: Box, notice: Notice) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert actions.mail(notice_id=notice.pk, at=SOON)
    assert not any("FOR UPDATE" in one["sql"] for one in asked.captured_queries)
    (letter,) = box.letters
    assert letter.rcpt_tos == ["minh@example.vn"]
    assert isinstance(letter.content, bytes)
    assert f"Message-ID: <{notice.pk}@nguon>".encode() in letter.content
    notice.refresh_from_db()
    assert notice.mail == Mail.SENT


def test_who_is_refused_for_good_is_given_up_and_others_are_tried_again(box: Box, notice: Notice) -> None:
    box.recipient = "450 later"
    with pytest.raises(OSError, match="450"):
        actions.mail(notice_id=notice.pk, at=SOON)
    notice.refresh_from_db()
    assert notice.mail == Mail.WAITING
    box.recipient = "550 no such person"
    assert not actions.mail(notice_id=notice.pk, at=SOON)
    notice.refresh_from_db()
    assert (notice.mail, box.letters) == (Mail.FAILED, [])


def test_a_check_asks_the_server_and_sends_a_letter_where_it_is_told_to(box: Box) -> None:
    assert checked() == (True, "")
    assert box.letters == []
    assert checked("--to", "binh@example.vn") == (True, "")
    assert box.letters[0].rcpt_tos == ["binh@example.vn"]
    box.recipient = "550 no such person"
    assert checked("--to", "binh@example.vn") == (False, "recipient")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("NGUON_MAIL_HOST", "", "off"),
        ("EMAIL_PORT", 0, "port"),
        ("EMAIL_PORT", 1, "no-answer"),
        ("NGUON_MAIL_SECURITY", "startls", "security"),
        ("NGUON_MAIL_PASSWORD_FILE", "", "no-password"),
        ("NGUON_MAIL_PASSWORD_FILE", "/gone", "password-unreadable"),
        ("EMAIL_HOST_USER", "lan", "sign-in"),
        ("EMAIL_USE_TLS", True, "lacks"),
        ("EMAIL_USE_SSL", True, "certificate"),
    ],
)
def test_each_fault_has_a_sentence(box: Box, settings: Settings, name: str, value: object, code: str) -> None:
    setattr(settings, name, value)
    assert checked() == (False, code)
