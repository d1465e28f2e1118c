"""A made-up maker's box with the profile v1.0 over HTTP."""

import base64
import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from nguon_device.bridge.boxes.playing import Amplifier, Misbehaviour


class V1Box:
    """A box at a port of 127.0.0.1, until `close`."""

    def __init__(self, imei: str, username: str, password: str, port: int = 0) -> None:
        """Begin to listen."""
        self.imei = imei
        self.amplifier, self.wrong = Amplifier(), Misbehaviour()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._basic = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
        self._closed = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                with suppress(OSError):
                    outer.answer(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Switch it off."""
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = json.loads(request.rfile.read(int(request.headers.get("Content-Length", 0))) or b"{}")
        self.asked.append((request.path, body))
        self._closed.wait(self.wrong.hangs_s)
        if request.headers.get("Authorization") != self._basic:
            status, said = 401, dict[str, Any]()
        else:
            status, said = self._said(request.path, body)
        data = json.dumps(said).encode() if self.wrong.body is None else self.wrong.body
        request.send_response(status if self.wrong.status == 200 else self.wrong.status)
        if self.wrong.location:
            request.send_header("Location", self.wrong.location)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _said(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path == "/api/Media/Play" and not self.wrong.deaf:
            self.amplifier.play(body["Body"], body["MediaId"])
        elif path == "/api/Media/Stop":
            self.amplifier.stop(body["MediaId"])
        elif path not in {"/api/Report", "/api/Media/Play"}:
            return 404, {}
        now = self.amplifier.now
        found: dict[str, Any] = {"AppName": "IpRadio", "LogType": "Report", "Provider": "Hãng thử"}
        found |= {"Imei": self.imei, "Status": "Stopped" if now is None else "Playing", "Volume": 75}
        found |= {"NetworkInfo": "3G", "Version": "2.3.0", "Video": {"Path": "" if now is None else now.url}}
        return 200, found | self.wrong.says
