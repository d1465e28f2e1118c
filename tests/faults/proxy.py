"""A small TCP proxy with faults, between one loudspeaker and everything that it talks to."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from urllib.parse import urlsplit

from config.engines.process import free_port

CLEAR, SLOW, LOSSY, TRICKLE, HOLE = "clear", "slow", "lossy", "trickle", "hole"
LATENCY_S = 1.0
LOSS = 0.3
"""The share of pieces after which a lossy connection breaks off."""


class Proxy:
    """Carries connections to a port of this machine, as well as its `mode` allows; change it at any time."""

    def __init__(self, port: int, rng: Random, rewrite: tuple[bytes, bytes] = (b"", b"")) -> None:
        """This function will listen; `rewrite` replaces bytes of the answers by as many others."""
        self.mode = CLEAR
        self._to, self._rng, self._rewrite = port, rng, rewrite
        self._listener = socket.create_server(("127.0.0.1", free_port()))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = [self._listener]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """This function will break every connection off and listen no more."""
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        while True:
            try:
                near = self._listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._sockets += [near, far]
            for source, sink, rewrite in ((near, far, (b"", b"")), (far, near, self._rewrite)):
                threading.Thread(target=self._carry, args=(source, sink, rewrite), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, rewrite: tuple[bytes, bytes]) -> None:
        try:
            while data := source.recv(65_536):
                self._pass_on(data.replace(*rewrite) if rewrite[0] else data, sink)
        except OSError:
            pass
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, data: bytes, sink: socket.socket) -> None:
        while self.mode in {HOLE, TRICKLE} and data:
            if self.mode == TRICKLE:
                sink.sendall(data[:1])
                data = data[1:]
            time.sleep(1.0)
        if self.mode == SLOW:
            time.sleep(LATENCY_S)
        if self.mode == LOSSY and self._rng.random() < LOSS:
            raise ConnectionResetError
        sink.sendall(data)


class Way:
    """Both ways of one loudspeaker, to the web and to the broker, with the same faults."""

    def __init__(self, web: str, broker: str, rng: Random) -> None:
        """This function will put itself between; the answers of the web name its own broker's port."""
        mqtt = urlsplit(broker).port or 1883
        self._broker = Proxy(mqtt, rng)
        names = f"mqtt://127.0.0.1:{mqtt}".encode(), f"mqtt://127.0.0.1:{self._broker.port}".encode()
        self._web = Proxy(urlsplit(web).port or 80, rng, names)
        self.url = f"http://127.0.0.1:{self._web.port}"

    def set(self, mode: str) -> None:
        """This function will make both ways as bad, or as good."""
        self._broker.mode = self._web.mode = mode

    def close(self) -> None:
        """This function will break off."""
        self._broker.close()
        self._web.close()


@contextmanager
def ways(count: int, web: str, broker: str) -> Iterator[list[Way]]:
    """This function will give as many ways, seeded, and close them."""
    found = [Way(web, broker, Random(number)) for number in range(count)]
    try:
        yield found
    finally:
        for way in found:
            way.close()
