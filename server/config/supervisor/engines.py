"""The engines of one run: our own children, or those that DATABASE_URL and NATS_URL point at."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from config.engines.nats import AUTH, CREDS, Nats, init_signer
from config.engines.postgres import SIGNER, SUPERUSER, WEB, Postgres
from config.engines.process import answers
from config.errors import StartError
from config.folder import DataFolder
from config.supervisor import line
from config.supervisor.environment import Addresses, signer_socket
from config.supervisor.supervisor import Supervisor
from config.tls_files import Tls
from config.words import tr

MQTT_PORT = 1883  # of a broker elsewhere, unless NGUON_MQTT_URL says otherwise


def _database() -> Any:
    # Not imported above: it brings psycopg, 0.2 s that only an installation with DATABASE_URL needs.
    return import_module("config.engines.database")


class Engines:
    """PostgreSQL and NATS of one installation."""

    def __init__(
        self, folder: DataFolder, *, device_host: str, tell: Callable[[str], None], tls: Tls | None = None
    ) -> None:
        """This function will look at DATABASE_URL and NATS_URL; nothing is started before `start`."""
        self._folder = folder
        self._tls = tls
        self._tell = tell
        self.database_elsewhere = os.environ.get("DATABASE_URL", "")
        self.nats_elsewhere = os.environ.get("NATS_URL", "")
        self._postgres = Postgres(folder.postgres, folder.secrets().passwords)
        self._nats = Nats(folder.nats, folder.signer, mqtt_host=device_host, tls=tls)

    def make_keys(self, *, quiet_hours: bool) -> None:
        """This function will have the signer make its keys, once in the life of an installation."""
        if not (self._folder.signer / AUTH).exists():
            init_signer(self._folder.signer, quiet_hours=quiet_hours)

    def start(self, supervisor: Supervisor) -> None:
        """This function will start our own engines at once, check those elsewhere, and wait for all."""
        names = []
        if not self.nats_elsewhere:
            self._nats.prepare()
            supervisor.add(line.nats(self._nats, str(self._folder.path)))
            names.append("nats")
            supervisor.until(lambda: True)  # spawned now, ready while PostgreSQL is prepared
        if not self.database_elsewhere:
            self._postgres.prepare()
            supervisor.add(line.postgres(self._postgres))
            names.append("postgres")
        self._check_elsewhere()
        supervisor.until_up(*names)

    def _check_elsewhere(self) -> None:
        if self.database_elsewhere:
            _database().check(self.database_elsewhere)
        if self.nats_elsewhere:
            parts = urlsplit(self.nats_elsewhere)
            if not answers(parts.port or 4222, parts.hostname or "127.0.0.1"):
                raise StartError(tr("nats_silent", url=f"{parts.hostname}:{parts.port or 4222}"))

    @property
    def database_url(self) -> str:
        """This function will return the address of the database for the application."""
        return self.database_elsewhere or self._postgres.url()

    @property
    def nats_url(self) -> str:
        """This function will return the address of the broker for our own processes."""
        return self.nats_elsewhere or self._nats.url

    @property
    def mqtt_url(self) -> str:
        """This function will return the address of the broker for devices."""
        if given := os.environ.get("NGUON_MQTT_URL"):
            return given
        if self.nats_elsewhere:
            return f"mqtt://{urlsplit(self.nats_elsewhere).hostname}:{MQTT_PORT}"
        return self._nats.public_mqtt_url(urlsplit(os.environ.get("NGUON_PUBLIC_URL", "")).hostname or "")

    @property
    def creds(self) -> str:
        """This function will return the file with our own credentials at the broker."""
        return os.environ.get("NGUON_NATS_CREDS") or str(self._folder.signer / CREDS)

    def signer_url(self) -> str:
        """This function will return the address of the database for the signer: its own role, made when it
        is missing; where we may not make one, the application's, with a warning."""
        if given := os.environ.get("NGUON_SIGNER_DATABASE_URL"):
            return given
        if not self.database_elsewhere:
            return self._postgres.url(SIGNER)
        own: str | None = _database().own_role(self.database_elsewhere, SIGNER, self._folder.secrets().signer)
        if own is None:
            self._tell(tr("signer_without_role"))
        return own or self.database_elsewhere

    def ready_for_web(self) -> None:
        """This function will do in our own PostgreSQL what takes its superuser: the web's role, when an older
        version made the cluster, and fast search beneath row security."""
        if not self.database_elsewhere:
            superuser = self._postgres.url(SUPERUSER)
            _database().own_role(superuser, WEB, self._folder.secrets().web)
            _database().trust_like(superuser)

    def web_url(self) -> str:
        """This function will return the address of the database for the web: its own role, which row security
        binds; where we may not make one, the application's, with a warning."""
        if given := os.environ.get("NGUON_WEB_DATABASE_URL"):
            return given
        if not self.database_elsewhere:
            return self._postgres.url(WEB)
        own: str | None = _database().own_role(self.database_elsewhere, WEB, self._folder.secrets().web)
        if own is None:
            self._tell(tr("web_without_role"))
        return own or self.database_elsewhere

    def addresses(self, public: str) -> Addresses:
        """This function will return what the other processes are told; the engines must be running."""
        return Addresses(
            database=self.database_url,
            signer_database=self.signer_url(),
            web_database=self.web_url(),
            nats=self.nats_url,
            mqtt=self.mqtt_url,
            creds=self.creds,
            public=public,
            signer_socket=signer_socket(self._folder),
            tls_ca=str(self._tls.ca) if self._tls and self._tls.ca else "",
        )
