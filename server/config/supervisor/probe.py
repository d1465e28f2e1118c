"""Asks the web process for its first page, without waiting."""

import select
import socket
import ssl


class FirstPage:
    """One request for `/`, sent once to each new web process and looked at again and again.

    The listening socket is ours, so a connection succeeds before the web process is there: only an answer
    tells.
    """

    def __init__(self, host: str, port: int, *, tls: bool = False) -> None:
        """This function will take the address of the listening socket, and whether it speaks TLS."""
        self._tls = tls
        self._address = (host, port)
        self._pid = 0
        self._connection: socket.socket | None = None

    def __call__(self, pid: int) -> bool:
        """This function will say whether the process with this pid has answered, with no failure."""
        if self._tls:
            return self._shakes_hands()
        if pid != self._pid or self._connection is None:
            self._ask(pid)
        if self._connection is None or not select.select([self._connection], [], [], 0)[0]:
            return False
        try:
            status = self._connection.recv(64).split(b" ")
        except OSError:
            status = []
        self._connection.close()
        self._connection = None
        return len(status) > 1 and status[1].isdigit() and int(status[1]) < 500

    def _shakes_hands(self) -> bool:
        """The first answer of a TLS server is its handshake; who it is was settled when it got its key."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with socket.create_connection(self._address, timeout=0.3) as plain:
                plain.settimeout(0.5)
                context.wrap_socket(plain, server_hostname=self._address[0]).close()
        except OSError:
            return False
        return True

    def _ask(self, pid: int) -> None:
        if self._connection is not None:
            self._connection.close()
        self._pid = pid
        host, port = self._address
        name = f"[{host}]" if ":" in host else host
        try:
            self._connection = socket.create_connection(self._address, timeout=1)
            request = f"GET / HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n"
            self._connection.sendall(request.encode())
        except OSError:
            self._connection = None


class Listens:
    """Whether a unix socket is there and accepts connections."""

    def __init__(self, path: str) -> None:
        """This function will take the path of the socket."""
        self._path = path

    def __call__(self, _pid: int) -> bool:
        """This function will say whether a connection succeeds."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.2)
            try:
                probe.connect(self._path)
            except OSError:
                return False
            return True
