"""Write the corpus that libFuzzer begins with: every vector's envelope, and every readable body by itself.

python fuzz/corpus.py FOLDER
"""

import sys
from pathlib import Path

from nguon_protocol import envelope
from nguon_protocol.acceptance import SIGNING_ROLES
from nguon_protocol.conformance import book
from nguon_protocol.errors import ProtocolError

TYPES = ("root", "plan", "order", "urgent", "drill", "input", "beacon", "release")
LARGEST = 20_000


def inputs() -> list[bytes]:
    """Give the inputs as fuzz/libfuzzer.c reads them."""
    found = []
    for case in book.cases():
        data = case.data
        if len(data) <= LARGEST:
            found.append(b"\0" + data)
        try:
            sealed = envelope.parse(data)
        except ProtocolError:
            continue
        for number, kind in enumerate(TYPES):
            if sealed.payload_type == envelope.payload_type(kind) and len(sealed.payload) <= LARGEST:
                found.append(bytes([255, number]) + sealed.payload)
    return found


def main(folder: Path) -> None:
    """Write one file for each input."""
    assert set(TYPES) == set(SIGNING_ROLES)  # noqa: S101
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs()):
        (folder / f"{number:04}").write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
