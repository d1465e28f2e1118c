"""Made-up boxes that only listen: to a stream over HTTP, and to RTP."""

import base64
import http.client
import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import urlsplit

AGAIN_S = 0.1


class StreamBox:
    """Pulls a stream, and comes again when it ends; `takes` off: it connects and reads nothing."""

    def __init__(self, url: str, username: str, password: str) -> None:
        """Begin to pull."""
        self._url = urlsplit(url)
        basic = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}", "Icy-MetaData": "1"}
        self.heard = bytearray()
        self.statuses: list[int] = []
        self.takes = True
        self._ending = threading.Event()
        threading.Thread(target=self._run, name="stream box", daemon=True).start()

    def close(self) -> None:
        """Switch it off."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            with suppress(OSError, http.client.HTTPException):
                self._pull()
            self._ending.wait(AGAIN_S)

    def _pull(self) -> None:
        line = http.client.HTTPConnection(self._url.netloc, timeout=10)
        try:
            line.request("GET", self._url.path, headers=self._headers)
            with line.getresponse() as answer:
                self.statuses.append(answer.status)
                while answer.status == 200 and not self._ending.is_set():
                    if not self.takes:
                        self._ending.wait(0.05)
                    elif data := answer.read1(1 << 14):
                        self.heard += data
                    else:
                        return
        finally:
            line.close()


class RtpBox:
    """Hears RTP at a UDP port of 127.0.0.1."""

    def __init__(self, port: int = 0) -> None:
        """Begin to listen."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(0.1)
        self.port = self._socket.getsockname()[1]
        self.packets: list[tuple[int, bool, int, int, int, bytes]] = []
        """Payload type, marker, sequence, time, source, payload of each."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtp box", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        self._ending.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                packet = self._socket.recv(4096)
                first, kind, sequence, at, source = struct.unpack("!BBHII", packet[:12])
                if first == 0x80:
                    self.packets.append((kind & 0x7F, kind > 0x7F, sequence, at, source, packet[12:]))
