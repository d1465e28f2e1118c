"""What a browser gave us to reach it by, and what is said to it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 1000
"""Characters of an address; those of the large services have 150 to 600."""
ROOM = 1024
"""Bytes to which each message is filled up: its length tells nobody what it is (RFC 8030, 8.2)."""
_BASE64 = re.compile(r"[A-Za-z0-9_-]+=*")
_POINT, _SECRET = 65, 16  # bytes: an uncompressed point of P-256, the authentication secret (RFC 8291, 3.2)


class BadSubscription(Exception):
    """What a browser is said to be reached by cannot be: no address of the open network, no keys."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser of one person: the address at its push service, its key and its secret (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


def checked(browser: Browser, private: Collection[str] = ()) -> Browser:
    """This function will return what may be kept and asked: an address by https at the usual port, and keys
    of the right length. `private` are hosts ("name" or "name:port") of our own network that the operator
    named; those may be asked at other ports and without TLS. Raises BadSubscription."""
    url = browser.endpoint
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSubscription("address") from None
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise BadSubscription("address")
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise BadSubscription("address")
    named = bool({parts.hostname, f"{parts.hostname}:{port}"} & set(private))
    if not named and (parts.scheme != "https" or port not in {None, 443}):
        raise BadSubscription("address")
    if named and parts.scheme not in {"http", "https"}:
        raise BadSubscription("address")
    key, secret = from_base64(browser.p256dh), from_base64(browser.auth)
    if len(key) != _POINT or key[0] != 4 or len(secret) != _SECRET:
        raise BadSubscription("keys")
    return browser


def from_base64(text: str) -> bytes:
    """This function will read base64url with or without its filling; b"" where it is none."""
    if len(text) > 200 or not _BASE64.fullmatch(text):
        return b""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except ValueError:
        return b""


def payload(*, title: str, body: str = "", url: str = "/", tag: str = "") -> bytes:
    """This function will return what a browser is to show, filled up to a length that says nothing."""
    said = {"title": title[:120], "body": body[:480], "url": url, "tag": tag}
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return data.ljust(-(-len(data) // ROOM) * ROOM)
