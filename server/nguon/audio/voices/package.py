"""Getting a voice's files into one folder, from wherever they come, without trusting any of them."""

from __future__ import annotations

import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import httpx

from nguon.audio import errors

MOST_BYTES = 600 * 1024 * 1024
MOST_FILES = 40
CHUNK = 1 << 20
WANTED = (".onnx", ".json", ".bin", ".txt", ".md", ".h", ".npz")
WANTED_NAMES = ("MODEL_CARD", "LICENSE", "LICENCE", "NOTICE")

PIPER_HUB = "https://huggingface.co/rhasspy/piper-voices/resolve/v1.0.0"
SANO_HUB = "https://huggingface.co/ampixa/sanoTTS/resolve/main"
# Names that people may type; the addresses are those that the projects themselves publish.
HUB: dict[str, list[str]] = {
    "piper-vi-vais1000": [
        f"{PIPER_HUB}/vi/vi_VN/vais1000/medium/vi_VN-vais1000-medium.onnx",
        f"{PIPER_HUB}/vi/vi_VN/vais1000/medium/vi_VN-vais1000-medium.onnx.json",
        f"{PIPER_HUB}/vi/vi_VN/vais1000/medium/MODEL_CARD",
    ],
    "piper-vi-25hours": [
        f"{PIPER_HUB}/vi/vi_VN/25hours_single/low/vi_VN-25hours_single-low.onnx",
        f"{PIPER_HUB}/vi/vi_VN/25hours_single/low/vi_VN-25hours_single-low.onnx.json",
        f"{PIPER_HUB}/vi/vi_VN/25hours_single/low/MODEL_CARD",
    ],
    "sano-vi": [
        f"{SANO_HUB}/vi-vais1000-1p46m/manifest.json",
        f"{SANO_HUB}/vi-vais1000-1p46m/weights.fp16.bin",
        f"{SANO_HUB}/vi-vais1000-1p46m/piper-phoneme-config.json",
    ],
}


def gather(source: str, into: Path) -> None:
    """This function will put the files of the voice into the empty folder `into`.

    `source` is a folder, a zip or tar.gz file, an .onnx file with its .onnx.json beside it, a name of the
    hub's list, or an https address.  Raises VoiceSourceUnknown, VoicePackageUnsafe, VoicePackageTooLarge,
    VoiceHubUnreachable.
    """
    path = Path(source).expanduser()
    if source in HUB and not path.exists():
        _download(HUB[source], into)
    elif source.startswith("https://"):
        _download(_with_config(source), into)
        _unpack_downloads(into)
    elif path.is_dir():
        _copy_folder(path, into)
    elif path.is_file():
        _take_file(path, into)
    else:
        raise errors.VoiceSourceUnknown(source=source, names=", ".join(HUB))


def _with_config(address: str) -> list[str]:
    return [address, address + ".json"] if address.endswith(".onnx") else [address]


def _take_file(path: Path, into: Path) -> None:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _unzip(archive, into)
    elif path.name.endswith((".tar.gz", ".tgz", ".tar")):
        with tarfile.open(path) as archive_tar:
            _untar(archive_tar, into)
    elif path.suffix == ".onnx" and path.with_name(path.name + ".json").is_file():
        names = [path, path.with_name(path.name + ".json"), path.with_name("MODEL_CARD")]
        _write_all(((file.name, file.open("rb")) for file in names if file.is_file()), into)
    else:
        raise errors.VoiceSourceUnknown(source=str(path), names=", ".join(HUB))


def _copy_folder(path: Path, into: Path) -> None:
    files = [file for file in sorted(path.iterdir()) if file.is_file() and not file.is_symlink()]
    _write_all(((file.name, file.open("rb")) for file in files), into)


def _unzip(archive: zipfile.ZipFile, into: Path) -> None:
    members = [info for info in archive.infolist() if not info.is_dir()]
    for info in members:
        _check_name(info.filename)
        if stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
            raise errors.VoicePackageUnsafe(name=info.filename)
    try:
        _write_all(((_base(info.filename), archive.open(info)) for info in members), into)
    except (zipfile.BadZipFile, EOFError) as error:
        raise errors.VoicePackageBroken from error


def _untar(archive: tarfile.TarFile, into: Path) -> None:
    members = [info for info in archive.getmembers() if not info.isdir()]
    for info in members:
        _check_name(info.name)
        if not info.isfile():
            raise errors.VoicePackageUnsafe(name=info.name)
    _write_all(((_base(info.name), _member(archive, info)) for info in members), into)


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    if file is None:
        raise errors.VoicePackageUnsafe(name=info.name)
    return file


def _check_name(name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name or "\0" in name:
        raise errors.VoicePackageUnsafe(name=name)


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _write_all(files: Iterator[tuple[str, IO[bytes]]], into: Path) -> None:
    """Flat, only kinds of files that voices have, never more than the limits, whatever an archive says."""
    left, count = MOST_BYTES, 0
    for name, file in files:
        with file:
            if not name.endswith(WANTED) and name not in WANTED_NAMES:
                continue
            count += 1
            if count > MOST_FILES:
                raise errors.VoicePackageTooLarge(limit=MOST_BYTES // 1024 // 1024)
            left = _write(file, into / name, left)


def _write(file: IO[bytes], path: Path, left: int) -> int:
    with path.open("xb") as out:
        while chunk := file.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise errors.VoicePackageTooLarge(limit=MOST_BYTES // 1024 // 1024)
            out.write(chunk)
    return left


def _download(addresses: list[str], into: Path) -> None:
    left = MOST_BYTES
    try:
        with httpx.Client(follow_redirects=True, timeout=30.0, max_redirects=5) as client:
            for address in addresses:
                left = _fetch(client, address, into / (_base(httpx.URL(address).path) or "voice.zip"), left)
    except httpx.HTTPError as error:
        raise errors.VoiceHubUnreachable(address=addresses[0]) from error


def _fetch(client: httpx.Client, address: str, path: Path, left: int) -> int:
    with client.stream("GET", address) as answer:
        if answer.url.scheme != "https":
            raise errors.VoicePackageUnsafe(name=str(answer.url))
        answer.raise_for_status()
        with path.open("wb") as out:
            for chunk in answer.iter_bytes(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise errors.VoicePackageTooLarge(limit=MOST_BYTES // 1024 // 1024)
                out.write(chunk)
    return left


def _unpack_downloads(into: Path) -> None:
    for path in list(into.iterdir()):
        if zipfile.is_zipfile(path) or path.name.endswith((".tar.gz", ".tgz")):
            packed = into.with_name(into.name + "-packed")
            shutil.move(path, packed)
            try:
                _take_file_named(packed, path.name, into)
            finally:
                packed.unlink(missing_ok=True)


def _take_file_named(packed: Path, name: str, into: Path) -> None:
    if zipfile.is_zipfile(packed):
        with zipfile.ZipFile(packed) as archive:
            _unzip(archive, into)
    else:
        with tarfile.open(packed) as archive_tar:
            _untar(archive_tar, into)
