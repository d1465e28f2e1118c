"""Whether the database already has the tables of this version: asked without starting Django."""

import hashlib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

OTHERS = ("django", "django-allauth", "procrastinate")  # distributions that bring migrations of their own


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name)
    return Path(next(iter(spec.submodule_search_locations)))


def fingerprint(salt: str = "") -> str:
    """This function will return a hash over every migration file, the lists of rights of the signer and the
    web, and the versions of the libraries that bring migrations; `salt` names the database."""
    total = hashlib.sha256(salt.encode())
    for name in OTHERS:
        total.update(f"{name} {version(name)}\n".encode())
    files = sorted(_package("nguon").glob("*/migrations/*.py"))
    grants = [_package("nguon_signer") / "grants.py", _package("nguon") / "areas" / "database" / "grants.py"]
    for file in [*files, *grants]:
        total.update(f"{file.parent.parent.name}/{file.name}\n".encode() + file.read_bytes())
    return total.hexdigest()


def is_current(stored: Path, salt: str = "") -> bool:
    """This function will say whether the stored fingerprint is that of the files of today."""
    try:
        return stored.read_text().strip() == fingerprint(salt)
    except OSError:
        return False


def store(stored: Path, salt: str = "") -> None:
    """This function will keep the fingerprint; call it when the migrations are done."""
    stored.write_text(fingerprint(salt) + "\n")
