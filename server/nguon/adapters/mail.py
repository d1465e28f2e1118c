"""The mail server: how to reach it as it is configured, and what is wrong with that, each in a code."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import BadHeaderError, get_connection
from django.core.mail import EmailMessage as Letter

SECURITIES = ("starttls", "tls", "none")
REFUSED_FOR_GOOD = 500  # and above: RFC 5321, 4.2.1


@dataclass(frozen=True)
class MailFault:
    """One thing that keeps letters from going out: its code, and what it is about."""

    code: str
    what: str = ""


def send(letter: Letter) -> None:
    """This function will hand one letter to the mail server. Raises OSError (smtplib's are of it) when the
    server does not take it, ValueError where the letter is none."""
    with get_connection(password=password()) as connection:
        connection.send_messages([letter])


def refused_for_good(error: Exception) -> bool:
    """This function will say whether trying again is of no use: the server does not want this address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= REFUSED_FOR_GOOD for code, _words in error.recipients.values())
    return isinstance(error, BadHeaderError)


def password() -> str:
    """This function will read the password from its file, "" where there is none. Raises OSError."""
    path = settings.NGUON_MAIL_PASSWORD_FILE
    return Path(path).read_text(encoding="utf-8").strip() if path else ""


def faults(to: str = "") -> list[MailFault]:
    """This function will list what keeps letters from going out, asking the server itself where all is given;
    `to`: it also sends a letter to this address."""
    return list(_configured()) or list(_asked(to))


def _configured() -> Iterator[MailFault]:
    if not settings.NGUON_MAIL_HOST:
        yield MailFault("off")
        return
    if not 0 < settings.EMAIL_PORT < 65536:
        yield MailFault("port")
    if settings.NGUON_MAIL_SECURITY not in SECURITIES:
        yield MailFault("security", settings.NGUON_MAIL_SECURITY)
    path = settings.NGUON_MAIL_PASSWORD_FILE
    if settings.EMAIL_HOST_USER and not path:
        yield MailFault("no-password", settings.EMAIL_HOST_USER)
    if path:
        yield from _file(Path(path))


def _file(path: Path) -> Iterator[MailFault]:
    try:
        if path.stat().st_mode & 0o077:
            yield MailFault("password-open", str(path))
        if not password():
            yield MailFault("password-empty", str(path))
        elif not password().isascii():  # smtplib signs in with plain letters alone
            yield MailFault("password-letters", str(path))
    except (OSError, ValueError):
        yield MailFault("password-unreadable", str(path))


def _asked(to: str) -> Iterator[MailFault]:
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with _server() as server:
            code, words = server.mail(settings.DEFAULT_FROM_EMAIL)
            if code >= 400:
                yield MailFault("sender", f"{settings.DEFAULT_FROM_EMAIL} ({code} {_text(words)})")
            elif to:
                server.rset()
                server.send_message(_trial(to))
    except smtplib.SMTPAuthenticationError as refused:
        yield MailFault("sign-in", f"{settings.EMAIL_HOST_USER} ({refused.smtp_code})")
    except smtplib.SMTPRecipientsRefused as refused:
        told = "; ".join(f"{code} {_text(words)}" for code, words in refused.recipients.values())
        yield MailFault("recipient", f"{to} ({told})")
    except smtplib.SMTPNotSupportedError as lacking:
        yield MailFault("lacks", f"{where} ({lacking})")
    except ssl.SSLError as error:
        yield MailFault("certificate", f"{where} ({error.reason or error})")
    except smtplib.SMTPException as error:
        yield MailFault("odd", f"{where} ({error})")
    except socket.gaierror:
        yield MailFault("name", settings.EMAIL_HOST)
    except (OSError, ValueError) as error:
        yield MailFault("no-answer", f"{where} ({error})")


@contextmanager
def _server() -> Iterator[smtplib.SMTP]:
    host, port, seconds = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    trust = ssl.create_default_context()
    made = (
        smtplib.SMTP_SSL(host, port, timeout=seconds, context=trust)
        if settings.EMAIL_USE_SSL
        else smtplib.SMTP(host, port, timeout=seconds)
    )
    with made as server:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=trust)
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, password())
        yield server


def _trial(to: str) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "Nguồn", settings.DEFAULT_FROM_EMAIL, to
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"Nguồn: {settings.NGUON_PUBLIC_URL}\n")
    return letter


def _text(words: object) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
