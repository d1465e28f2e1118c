"""A push service and a browser on loopback: it decrypts what it is sent by the words of RFC 8291 alone, with
nothing of the library that encrypts here."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nguon.adapters.push import Browser

SECRET = bytes(range(16))
UNCOMPRESSED = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bytes64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Receiver:
    """What arrived, as a browser shows it; `status` is what the next ones are answered."""

    port: int = 0
    status: int = 201
    asked: int = 0
    shown: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def browser(self, name: str = "may") -> Browser:
        """This function will give a subscription of this browser at this service."""
        point = self.key.public_key().public_bytes(*UNCOMPRESSED)
        return Browser(f"http://{self.host}/send/{name}", url64(point), url64(SECRET))

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        """This function will check who signed a message, and read it."""
        token, key = (part.partition("=")[2] for part in headers["authorization"].split()[1:])
        curve = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes64(key))
        claims = jwt.decode(token.rstrip(","), curve, ["ES256"], audience=f"http://{self.host}")
        self.headers.append({**headers, "contact": claims["sub"]})
        self.lengths.append(len(body))
        self.shown.append(json.loads(decrypted(body, self.key)))


def decrypted(body: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """This function will read a message of one record (RFC 8188, 2.1; RFC 8291, 3.4)."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    assert len(record) <= size
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    mine = key.public_key().public_bytes(*UNCOMPRESSED)
    shared = key.exchange(ec.ECDH(), theirs)
    ikm = _hkdf(SECRET, shared, b"WebPush: info\0" + mine + sender, 32)
    content = _hkdf(salt, ikm, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, ikm, b"Content-Encoding: nonce\0", 12)
    plain, _mark, rest = AESGCM(content).decrypt(nonce, record, None).rpartition(b"\x02")
    assert not rest.strip(b"\0")
    return plain


def _hkdf(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(key)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """This function will run the service while the block is worked on."""
    there = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.asked += 1
            if there.status == 201:
                there.take(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(there.status)
            self.send_header("Location", "http://127.0.0.1:9/never-followed")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
