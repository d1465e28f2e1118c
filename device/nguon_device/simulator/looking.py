"""A look at the server before thousands of devices ask it: is it there, and is it theirs?"""

import http.client
import ssl
from urllib.parse import SplitResult, urlsplit

from nguon_protocol.acceptance import first_root
from nguon_protocol.errors import ProtocolError

TIMEOUT_S = 10.0
MOST_BYTES = 1 << 20


class WrongServer(Exception):
    """The server is not there, or not the one that the devices belong to; the message says what to do."""


def look_at(url: str, context: ssl.SSLContext, root: str | None = None) -> None:
    """Ask the server for its root; WrongServer when none comes or, with `root`, when it is another one."""
    known = None if root is None else first_root(root)
    body = _root_of(url, context, 1 if known is None else known[0].v)
    try:
        found = first_root(body)
    except ProtocolError as error:
        raise WrongServer(f"{url} gives a root that is none: {error}") from error
    if known is not None and found[1] != known[1]:
        raise WrongServer(
            f"{url} is another server than the one that enrolled these devices: give its address,"
            " or another folder with --data to have them enrolled here"
        )


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        if address.scheme in {"http", "https"} and address.hostname and address.port != 0:
            return address
    except ValueError:
        pass
    raise WrongServer(f"{url!r} is no address of a server: give one like http://127.0.0.1:8000")


def _root_of(url: str, context: ssl.SSLContext, v: int) -> bytes:
    address = _address(url)
    if address.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            address.netloc, timeout=TIMEOUT_S, context=context
        )
    else:
        connection = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT_S)
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/lsp/v1/roots/{v}")
        response = connection.getresponse()
        body = response.read(MOST_BYTES)
    except ssl.SSLCertVerificationError as error:
        raise WrongServer(
            f"the certificate of {url} is not of the authority that these devices trust"
            f" ({error.verify_message}): give the address that they were enrolled with"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise WrongServer(f"no server answers at {url} ({error}): is `nguon up` running there?") from error
    finally:
        connection.close()
    if response.status == 503:
        raise WrongServer(f"the signer of {url} is away: wait until `nguon status` says that all is well")
    if response.status != 200:
        raise WrongServer(f"{url} answers ({response.status}), but has no root of these devices")
    return body
