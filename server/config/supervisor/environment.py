"""What each child is told.  The web process has no key and no way to the signer's database role; the signer
knows nothing of the web's secret key."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config.folder import Config, DataFolder

LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107
ONLY_SIGNER = "NGUON_SIGNER_DATABASE_URL"
ONLY_WEB = "NGUON_WEB_DATABASE_URL"
SUPERVISED = "NGUON_SUPERVISED"
NEVER_HANDED_DOWN = {
    ONLY_SIGNER,
    ONLY_WEB,
    "NGUON_ADMIN_PASSWORD",
    "NGUON_BECOME",
    "NGUON_TEST_SUPERUSER_URL",
    "NGUON_TEST_WEB_URL",
}


@dataclass(frozen=True)
class Addresses:
    """Where the engines and the web are."""

    database: str = field(repr=False)
    signer_database: str = field(repr=False)
    web_database: str = field(repr=False)
    nats: str
    mqtt: str
    creds: str
    public: str
    signer_socket: str
    tls_ca: str = ""


def signer_socket(folder: DataFolder) -> str:
    """This function will return the path of the signer's socket: in run/, or, when that path is longer than
    the kernel takes, in a new folder under the system's temporary one."""
    usual = folder.run / "signer.sock"
    if len(os.fsencode(usual)) <= LONGEST_SOCKET_PATH:
        return str(usual)
    return str(Path(tempfile.mkdtemp(prefix="nguon-")) / "signer.sock")


def _ours(folder: DataFolder, config: Config) -> dict[str, str]:
    handed = {key: value for key, value in os.environ.items() if key not in NEVER_HANDED_DOWN}
    return handed | {
        "NGUON_DATA": str(folder.path),
        "NGUON_MODE": config.mode,
        SUPERVISED: str(os.getpid()),
        "PYTHONUNBUFFERED": "1",
    }


def for_application(folder: DataFolder, config: Config, at: Addresses) -> dict[str, str]:
    """This function will return the environment of every Django process, and of commands that join in."""
    return _ours(folder, config) | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "NGUON_ROLE": config.role,
        "NGUON_AREA": config.area,
        "NGUON_NAME": config.name,
        "DATABASE_URL": at.database,
        "NATS_URL": at.nats,
        "NGUON_MQTT_URL": at.mqtt,
        "NGUON_NATS_CREDS": at.creds,
        "NGUON_PUBLIC_URL": at.public,
        "NGUON_KEY_ORIGIN": key_origin(at.public),
        "NGUON_SIGNER_SOCKET": at.signer_socket,
        "NGUON_TLS_CA": at.tls_ca,
        "NGUON_SECRET_KEY": folder.secrets().secret_key,
    }


def for_web(folder: DataFolder, config: Config, at: Addresses) -> dict[str, str]:
    """This function will return the environment of the web process: as every Django process, but with a role
    at the database that row security binds."""
    return for_application(folder, config, at) | {"DATABASE_URL": at.web_database}


def for_signer(folder: DataFolder, config: Config, at: Addresses) -> dict[str, str]:
    """This function will return the environment of the signer: its own role at the database, no more."""
    hidden = {"DATABASE_URL", "NGUON_SECRET_KEY", "NATS_URL", "NGUON_NATS_CREDS"}
    kept = {key: value for key, value in _ours(folder, config).items() if key not in hidden}
    return kept | {ONLY_SIGNER: at.signer_database}


def for_speaker(folder: DataFolder, config: Config) -> dict[str, str]:
    """This function will return the environment of a demo loudspeaker: no secret at all."""
    hidden = {"DATABASE_URL", "NGUON_SECRET_KEY", "NATS_URL", "NGUON_NATS_CREDS"}
    return {key: value for key, value in _ours(folder, config).items() if key not in hidden}


def shared(environment: Mapping[str, str]) -> dict[str, str]:
    """This function will return the part of the application's environment that run/instance.json keeps."""
    names = ("DATABASE_URL", "NATS_URL", "DJANGO_SETTINGS_MODULE")
    kept = {key: value for key, value in environment.items() if key in names or key.startswith("NGUON_")}
    return {key: value for key, value in kept.items() if key != SUPERVISED}


def public_url(listening: str) -> str:
    """This function will return the address that people and devices use: $NGUON_PUBLIC_URL, else the one
    that we listen on."""
    return (os.environ.get("NGUON_PUBLIC_URL") or listening).rstrip("/")


def key_origin(public: str) -> str:
    """This function will return the address at which browsers let people use security keys: the public one,
    or this machine by name; "" when that is neither https nor this machine."""
    parts = urlsplit(public)
    port = f":{parts.port}" if parts.port else ""
    if parts.scheme == "https":
        return f"https://{parts.hostname}{port}"
    return f"http://localhost{port}" if parts.hostname in {"127.0.0.1", "localhost", "::1"} else ""


def remove_socket(folder: DataFolder, application: Mapping[str, str]) -> None:
    """This function will remove the signer's socket, and its folder when it had one of its own."""
    path = Path(application.get("NGUON_SIGNER_SOCKET", folder.run / "signer.sock"))
    path.unlink(missing_ok=True)
    if path.parent != folder.run:
        path.parent.rmdir()
