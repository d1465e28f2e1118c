"""A made-up box that says by itself how it is: it logs in before each report, as boxes in the field do."""

import json
import threading
import urllib.request
from contextlib import suppress
from typing import Any

from nguon_device.bridge.boxes.v2 import V2Box


class PushingBox(V2Box):
    """A box of the profile v2.0 that reports to `door` every so many seconds, and answers no question."""

    def __init__(self, box: str, username: str, password: str, door: str, every_s: float = 60.0) -> None:
        """Switch it on."""
        super().__init__(box, username, password)
        self._account = {"Username": username, "Password": password}
        self._door, self._every_s = door, every_s
        self.answers: list[dict[str, Any]] = []
        self._reporter = threading.Thread(target=self._report, daemon=True)
        self._reporter.start()

    def _report(self) -> None:
        while not self._closed.is_set():
            with suppress(OSError, ValueError, KeyError):
                token = self._post("/api/DangNhap", self._account)["NoiDung"]["Token"]
                self._post("/api/TrangThai", self.status(), token)
            self._closed.wait(self._every_s)

    def _post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._door + path, data, headers)  # noqa: S310  a made-up box
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            found: dict[str, Any] = json.loads(answer.read())
        self.answers.append(found)
        return found

    def _said(self, path: str, body: dict[str, Any], authorization: str) -> tuple[int, dict[str, Any]]:
        if path == "/api/TrangThai":
            return 404, {"TrangThaiGui": 1, "MoTa": "Không có"}
        return super()._said(path, body, authorization)
