"""Key pairs on disk: PKCS#8 files of mode 0600, two for each holder, Ed25519 and P-256.

Nothing here prints, logs or returns the secret part, except to the signing call itself.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from nguon_protocol import keys
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import ED25519, P256, Signer
from nguon_signer.errors import StoreMissing

ALGORITHMS = (ED25519, P256)


def write_new(folder: Path) -> list[Signer]:
    """This function will make the two keys of one holder in `folder` (0700), files 0600; they must not
    exist."""
    folder.mkdir(mode=0o700, parents=True)
    made: list[Signer] = []
    for alg in ALGORITHMS:
        key = keys.generate(alg)
        write_secret(folder / f"{alg}.pem", key.to_pem())
        made.append(key)
    return made


def read(folder: Path) -> list[Signer]:
    """This function will load both keys of `folder`; raises StoreMissing when either is absent, open or
    damaged."""
    return [_read_one(folder / f"{alg}.pem", alg) for alg in ALGORITHMS]


def write_secret(path: Path, data: bytes) -> None:
    """This function will write a new file of mode 0600 and bring it to the disk; the file must not exist."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_secret(path: Path) -> bytes:
    """This function will read a secret file; raises StoreMissing when it is absent or others may read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        data = path.read_bytes()
    except OSError as error:
        raise StoreMissing(
            f"The key file {path} cannot be read ({error.strerror}): nothing is signed."
        ) from error
    if mode & 0o077:
        raise StoreMissing(f"The key file {path} may be read by others (mode {mode:o}): nothing is signed.")
    return data


def _read_one(path: Path, alg: str) -> Signer:
    data = read_secret(path)
    try:
        key = keys.load_pem(data)
    except ProtocolError:
        # The cause may quote the file: it is left out on purpose.
        raise StoreMissing(f"The key file {path} is damaged: nothing is signed.") from None
    if key.public.alg != alg:
        raise StoreMissing(f"The key file {path} does not hold a key of the kind {alg}: nothing is signed.")
    return key
