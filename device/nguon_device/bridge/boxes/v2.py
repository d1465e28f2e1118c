"""A made-up maker's box with the profile v2.0 over HTTP.

Its names and codes are written here once more, so that a wrong one in the bridge is seen.
"""

import json
import secrets
import ssl
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from nguon_device.bridge.boxes.playing import Amplifier, Misbehaviour

STOP_ALL = {"MaLenh": "1", "ThamSo": "0"}


class V2Box:
    """A box at a port of 127.0.0.1, until `close`."""

    def __init__(
        self, box: str, username: str, password: str, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        """Begin to listen; with `tls` over that alone."""
        self.box, self._username, self._password = box, username, password
        self.wrong = Misbehaviour()
        self.amplifier = Amplifier()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.logins = 0
        self.tokens: set[str] = set()
        self._closed = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                with suppress(OSError):  # whoever asked has hung up
                    outer.answer(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Switch it off."""
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request, as well or as badly as it does just now."""
        body = json.loads(request.rfile.read(int(request.headers.get("Content-Length", 0))) or b"{}")
        self.asked.append((request.path, body))
        self._closed.wait(self.wrong.hangs_s)
        status, said = self._said(request.path, body, request.headers.get("Authorization", ""))
        data = json.dumps(said, ensure_ascii=False).encode() if self.wrong.body is None else self.wrong.body
        request.send_response(status if self.wrong.status == 200 else self.wrong.status)
        if self.wrong.location:
            request.send_header("Location", self.wrong.location)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        for byte in data if self.wrong.drips else ():
            request.wfile.write(bytes([byte]))
            self._closed.wait(0.2)
        if not self.wrong.drips:
            request.wfile.write(data)

    def _said(self, path: str, body: dict[str, Any], authorization: str) -> tuple[int, dict[str, Any]]:
        if path == "/api/DangNhap":
            return 200, self._log_in(body)
        if authorization.removeprefix("Bearer ") not in self.tokens:
            return 401, {"TrangThaiGui": 1, "MoTa": "Chưa đăng nhập"}
        if self.wrong.refuses:
            return 200, {"TrangThaiGui": 1, "MoTa": "Thiết bị đang bận"}
        if path == "/api/LichPhat":
            self._play(body)
        elif path == "/api/LichPhat/Huy":
            self.amplifier.stop(body["LichPhatID"])
        elif path == "/api/DieuKhien":
            if body | STOP_ALL == body:
                self.amplifier.stop()
        elif path == "/api/TrangThai":
            return 200, {"TrangThaiGui": 0, "NoiDung": self.status()}
        else:
            return 404, {"TrangThaiGui": 1, "MoTa": "Không có"}
        return 200, {"TrangThaiGui": 0, "NoiDung": {}}

    def _log_in(self, body: dict[str, Any]) -> dict[str, Any]:
        self.logins += 1
        good = body == {"Username": self._username, "Password": self._password}
        if not good or self.wrong.refuses_password:
            return {"TrangThaiGui": 1, "MoTa": "Sai tên hoặc mật khẩu"}
        token = secrets.token_hex(16)
        self.tokens.add(token)
        return {"TrangThaiGui": 0, "NoiDung": {"Token": token}}

    def _play(self, body: dict[str, Any]) -> None:
        (bulletin,) = body["DanhSachBanTin"]
        mine = self.box in body["DanhSachThietBi"]["CumLoaID"]
        if mine and bulletin["LoaiBanTin"] == 3 and not self.wrong.deaf:
            self.amplifier.play(bulletin["NoiDung"], body["LichPhatID"])

    def status(self) -> dict[str, Any]:
        """Give what it says of itself."""
        now = self.amplifier.now
        found = {
            "NguonID": "H05",
            "CumLoaID": self.box,
            "TenThietBi": "Cụm loa thử",
            "TenLoaiThietBi": "Cụm loa truyền thanh",
            "AmLuong": self.amplifier.volume,
            "TrangThaiHoatDong": 2 if now is None else 0,
            "TrangThaiKetNoi": "4G,-71dbm",
            "ThoiDiemBatDau": int(time.time()),
            "NoiDungPhat": "" if now is None else now.url,
            "PhienBanUngDung": "2.3.0",
        }
        return found | self.wrong.says
