"""The client, and a stand-in that behaves alike."""

import re
from typing import TYPE_CHECKING, Protocol

from nguon.kernel.later import later

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")


LONGEST = 600
"""Letters of one message; companies cut longer ones into several."""
TIMEOUT_S = 10.0
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
_SEPARATORS = re.compile(r"[\s.\-()]")


class SmsRefused(Exception):
    """The gateway will not take this message; the same one again will not fare better."""


class SmsUnavailable(Exception):
    """The gateway cannot be asked just now; the same message may be sent again later."""


class Gateway(Protocol):
    """Whoever carries text messages."""

    def send(self, to: str, text: str) -> None:
        """This function will hand over one message. Raises SmsRefused or SmsUnavailable."""


def international(number: str) -> str:
    """This function will return a Vietnamese number as gateways want it ("+84912345678"); "" for none."""
    bare = _SEPARATORS.sub("", number)
    if bare.startswith("0"):
        bare = "+84" + bare[1:]
    elif bare.startswith("84"):
        bare = f"+{bare}"
    return bare if _NUMBER.fullmatch(bare) else ""


def _checked(to: str, text: str) -> dict[str, str]:
    if not _NUMBER.fullmatch(to):
        raise SmsRefused("this is no telephone number")
    if not text.strip() or len(text) > LONGEST:
        raise SmsRefused(f"a message has 1 to {LONGEST} letters")
    return {"to": to, "text": text}


class HttpGateway:
    """A gateway that is asked over HTTPS."""

    def __init__(self, url: str, token: str = "", *, timeout_s: float = TIMEOUT_S) -> None:
        """This function will remember whom to ask."""
        self._url, self._token, self._timeout_s = url, token, timeout_s

    def send(self, to: str, text: str) -> None:
        """This function will hand over one message. Raises SmsRefused or SmsUnavailable."""
        message = _checked(to, text)
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            answer = httpx.post(self._url, json=message, headers=headers, timeout=self._timeout_s)
        except httpx.HTTPError as error:
            raise SmsUnavailable(f"the gateway does not answer ({type(error).__name__})") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise SmsUnavailable(f"the gateway answered {answer.status_code}")
        if not answer.is_success:
            raise SmsRefused(f"the gateway answered {answer.status_code}")


class FakeGateway:
    """A gateway in memory; `away` and `refusing` are its moods."""

    def __init__(self) -> None:
        """This function will begin ready."""
        self.sent: list[dict[str, str]] = []
        self.away = self.refusing = False

    def send(self, to: str, text: str) -> None:
        """This function will keep one message. Raises SmsRefused or SmsUnavailable."""
        message = _checked(to, text)
        if self.away:
            raise SmsUnavailable("away")
        if self.refusing:
            raise SmsRefused("refused")
        self.sent.append(message)
