"""A C compiler with OpenSSL's headers for the tests that build one, found or brought (tests/debian.py)."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import debian
from tests.debian import StepFailed

PACKAGES = ("gcc", "libc6-dev", "libssl-dev", "make")
PROGRAM = b"#include <openssl/evp.h>\nint main(void) { return EVP_sha256() == NULL; }\n"
SANITIZED = ("-fsanitize=address,undefined",)


class NoCompiler(Exception):
    """There is no C compiler and none could be brought; the message says what to do."""


@dataclass(frozen=True)
class Compiler:
    """Programs that build C, the flags that they need to find what they need, and their environment."""

    cc: str
    make: str
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """This function will raise StepFailed unless it builds and runs a program with OpenSSL and ASan."""
        debian.run(self.make, "--version", environment=self.environment)
        with TemporaryDirectory() as folder:
            source, program = Path(folder) / "try.c", Path(folder) / "try"
            source.write_bytes(PROGRAM)
            built = ("-o", str(program), str(source), *self.flags, *SANITIZED, "-lcrypto")
            debian.run(self.cc, *built, environment=self.environment)
            debian.run(program, environment=self.environment)

    def build(self, folder: Path, build: Path, *targets: str) -> None:
        """This function will run `make` in `folder` with its products in `build`; raises StepFailed."""
        variables = (f"CC={self.cc}", f"BUILD={build}", f"CPPFLAGS={' '.join(self.flags)}")
        debian.run(self.make, "-C", folder, *variables, *targets, environment=self.environment)


@cache
def compiler() -> Compiler:
    """This function will return a compiler that works, bringing it if it must; raises NoCompiler."""
    reasons: list[str] = []
    try:
        folder = debian.cache_folder("compiler")
        with debian.alone(folder):
            for way in (_installed, lambda: _at(folder / "root"), _install_as_root, lambda: _unpack(folder)):
                if found := _try(way, reasons):
                    return found
    except StepFailed as reason:
        reasons.append(str(reason))
    raise NoCompiler(
        "The C verifier needs a compiler and OpenSSL's headers, and they could not be brought here. Install "
        f"them (on Debian: apt-get install {' '.join(PACKAGES)}). " + " | ".join(reasons)
    )


def _try(way: Callable[[], Compiler | None], reasons: list[str]) -> Compiler | None:
    try:
        found = way()
        if found is not None:
            found.check()
    except StepFailed as reason:
        reasons.append(str(reason))
        return None
    return found


def _installed() -> Compiler | None:
    cc, make = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc"), shutil.which("make")
    return Compiler(cc, make) if cc and make else None


def _install_as_root() -> Compiler | None:
    return _installed() if debian.install_as_root(PACKAGES) else None


def _unpack(folder: Path) -> Compiler | None:
    return _at(debian.unpack(PACKAGES, folder, whole=True))


def _at(root: Path) -> Compiler | None:
    """This function will describe the compiler that is unpacked under `root`."""
    bin_folder = root / "usr" / "bin"
    if not (bin_folder / "gcc").exists():
        return None
    libraries = debian.library_folders(root)
    search = [flag for path in libraries for flag in (f"-B{path}", f"-L{path}")]
    paths = {
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "PATH": f"{bin_folder}:{os.environ.get('PATH', '')}",
    }
    return Compiler(str(bin_folder / "gcc"), str(bin_folder / "make"), (f"--sysroot={root}", *search), paths)
