"""Media by hash: fetched from anywhere, kept only when the whole hash is right."""

import hashlib
import os
import time
from pathlib import Path

KEPT_S = 7 * 86_400


class FolderShelf:
    """A folder of files named by their SHA-256; half-fetched ones carry `.part` and are resumed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._stored = {path.name for path in folder.iterdir() if len(path.name) == 64}

    def path(self, sha256: str) -> Path:
        """Give where the file is, or would be."""
        return self._folder / sha256

    def part(self, sha256: str) -> Path:
        """Give where the file grows while it is fetched."""
        return self._folder / f"{sha256}.part"

    def stored(self) -> set[str]:
        """Give the hashes of what is there, whole and verified."""
        return self._stored

    def forget(self, keep: set[str]) -> None:
        """Delete files that nothing asks for and that came more than 7 days ago."""
        for path in self._folder.iterdir():
            if path.name[:64] not in keep and time.time() - path.stat().st_mtime > KEPT_S:
                self._stored.discard(path.name)
                path.unlink()

    def still_whole(self, sha256: str) -> bool:
        """Hash a stored file again; one that has rotted is dropped, and is fetched anew."""
        path = self.path(sha256)
        try:
            if _digest(path) == sha256:
                return True
            path.unlink()
        except OSError:  # gone, or the card cannot be read there any more
            pass
        self._stored.discard(sha256)
        return False

    def finish(self, sha256: str) -> bool:
        """Verify a fetched file and move it into place; a wrong one is thrown away and False is given."""
        part = self.part(sha256)
        if _digest(part, sync=True) != sha256:
            part.unlink()
            return False
        part.replace(self.path(sha256))
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self._stored.add(sha256)
        return True


def _digest(path: Path, *, sync: bool = False) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 18):
            digest.update(block)
        if sync:
            os.fsync(file.fileno())
    return digest.hexdigest()
