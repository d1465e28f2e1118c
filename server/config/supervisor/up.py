"""The order of things in `nguon up`: first what people see, then the rest of the line."""

import os
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from socket import socket
from urllib.parse import urlsplit

from config import instance
from config.errors import StartError, explain_os_error
from config.folder import Config, DataFolder
from config.supervisor import address, environment, line, migrations
from config.supervisor.demo import Demo, must_succeed
from config.supervisor.engines import Engines
from config.supervisor.job import run_job
from config.supervisor.leftovers import end_leftovers
from config.supervisor.logs import ran_out_of_space, sizes
from config.supervisor.people import told
from config.supervisor.show import Show
from config.supervisor.supervisor import Stopped, Supervisor
from config.tls_files import Tls, is_loopback
from config.words import tr


@dataclass(frozen=True)
class Options:
    """What a person asked for."""

    data: Path
    host: str = "127.0.0.1"
    port: int | None = None
    once: bool = False
    speakers: bool = True
    bridge: bool = True
    timeout: float = 300
    tls_cert: Path | None = None
    tls_key: Path | None = None


def up(options: Options, show: Show) -> int:
    """This function will run an installation until it is asked to stop (or, with `once`, until the proof)
    and return the exit status; StartError in one sentence when it cannot."""
    folder = DataFolder(options.data)
    try:
        folder.check_space()
        with closing(address.listen(options.host, options.port)) as listener:
            folder.make()
            with folder.locked():
                return Run(options, folder, listener, show).run()
    except OSError as failure:
        raise explain_os_error(failure, folder.path) from failure


class Run:
    """One run on a data folder that is ours alone."""

    def __init__(self, options: Options, folder: DataFolder, listener: socket, show: Show) -> None:
        """This function will take what `up` has opened."""
        self._options = options
        self._folder = folder
        self._listener = listener
        self._show = show
        self._began = time.monotonic()
        self._logged = sizes(folder.logs)
        self._config = folder.found() or Config(mode="demo", complete=False)
        self._new = not self._config.complete
        if self._new and self._config.mode == "real":
            raise StartError(tr("unfinished_init", folder=folder.path))
        self._supervisor = Supervisor(folder.logs, self._tell, show.refresh)
        self._tls = _tls(options, folder)
        self._engines = Engines(folder, device_host=options.host, tell=self._tell, tls=self._tls)

    def run(self) -> int:
        """This function will start everything, wait, stop everything."""
        self._supervisor.catch_signals()
        status = 0
        try:
            end_leftovers(self._folder.path)
            self._start()
            if not self._options.once:
                self._show.tell(tr("press_ctrl_c"), "dim")
                self._start_bridge()
                self._supervisor.until(lambda: False)
        except Stopped:
            self._show.close()
            status = 130 if self._options.once else 0
        except StartError as failure:
            if ran_out_of_space(self._folder.logs, self._logged):
                raise StartError(tr("disk_full", folder=self._folder.path)) from failure
            raise
        finally:
            self._finish()
        return status

    def _start(self) -> None:
        self._supervisor.all_essential = True
        self._start_engines()
        here = address.url(self._listener, tls=self._tls is not None)
        at = self._engines.addresses(environment.public_url(here))
        self._application = environment.for_application(self._folder, self._config, at)
        self._set_up()
        self._start_web(at)
        self._start_line(at)
        ca = self._tls.ca if self._tls else None
        demo = Demo(self._folder, self._supervisor, self._show, self._application, here, ca)
        self._demo = demo
        with_speakers = self._config.mode == "demo" and self._options.speakers
        if with_speakers:
            demo.start_speakers()
            demo.enrol(self._left())
        self._wait_for_line()
        if with_speakers:
            self._say_demo(demo)
        self._supervisor.all_essential = False
        if not self._options.once:
            self._show.tell(tr("open_address", url=at.public), "bold")

    def _say_demo(self, demo: Demo) -> None:
        """This function will send the demo's bulletin; a failure ends `--once`, else it is told."""
        try:
            demo.bulletin(self._left())
        except StartError as failure:
            if self._options.once:
                raise
            self._tell(str(failure))

    def _start_bridge(self) -> None:
        """This function will add the demo's box of another maker: last, as nobody waits for it."""
        if self._config.mode == "demo" and self._options.speakers and self._options.bridge:
            self._demo.foreign_box(60)

    def _left(self) -> float:
        return max(1.0, self._options.timeout - (time.monotonic() - self._began))

    def _tell(self, text: str) -> None:
        self._show.tell(text, "yellow")

    def _start_engines(self) -> None:
        self._show.stage(tr("stage_engines"))
        if self._new:
            self._folder.write_config(self._config)
            self._engines.make_keys(quiet_hours=False)
        self._engines.start(self._supervisor)
        self._show.done(tr("engines_up"))

    def _set_up(self) -> None:
        """This function will bring the tables up to date, and on an empty folder make the demo."""
        salt = self._engines.database_elsewhere
        if not self._new and migrations.is_current(self._folder.migrated, salt):
            return
        self._show.stage(tr("stage_set_up"))
        self._engines.ready_for_web()
        lines: list[str] = []
        arguments = ["setup", "--demo"] if self._new else ["setup"]
        result = run_job(
            self._supervisor, arguments, self._application, on_line=lines.append, seconds=self._left()
        )
        must_succeed(result, tr("stage_set_up"))
        migrations.store(self._folder.migrated, salt)
        self._show.done(tr("set_up_done"))
        for text in told(lines):
            self._show.tell(text)
        self._folder.write_config(replace(self._config, complete=True))

    def _start_web(self, at: environment.Addresses) -> None:
        self._show.stage(tr("stage_web"))
        told = environment.for_web(self._folder, self._config, at)
        self._supervisor.add(line.web(self._listener, told, self._tls))
        instance.write(
            instance.Instance(
                data=str(self._folder.path),
                pid=int(self._application[environment.SUPERVISED]),
                url=at.public,
                environment=environment.shared(self._application),
            )
        )
        self._supervisor.until_up("web", seconds=self._left())
        self._show.done(tr("web_up", url=at.public, seconds=f"{time.monotonic() - self._began:.1f}"))

    def _start_line(self, at: environment.Addresses) -> None:
        signing = environment.for_signer(self._folder, self._config, at)
        origin = environment.key_origin(at.public)
        if line.has_second(self._folder.signer):
            self._supervisor.add(line.second(self._folder.signer, at.signer_socket, origin, signing))
        self._supervisor.add(line.signer(self._folder.signer, at.signer_socket, origin, signing))
        for name in line.COMMANDS:
            self._supervisor.add(line.command(name, self._application))

    def _wait_for_line(self) -> None:
        """This function will wait until every stage of the line has been up for a while."""
        self._show.stage(tr("stage_line"))
        self._supervisor.until_up("signer", *line.COMMANDS, seconds=self._left())
        self._show.done(tr("line_up"))

    def _finish(self) -> None:
        self._show.close()
        self._supervisor.stop()
        instance.remove(self._folder.path)
        with suppress(OSError):
            environment.remove_socket(self._folder, getattr(self, "_application", {}))


def _tls(options: Options, folder: DataFolder) -> Tls | None:
    """Nothing on this machine alone, unless a certificate is given; for others always: the given one, or that
    of the installation's own authority, whose names are the host's and the public address's."""
    if options.tls_cert is None and options.tls_key is None and is_loopback(options.host):
        return None
    tls = import_module("config.tls")  # not above: certificates take long to import, and few runs need them
    if options.tls_cert is not None or options.tls_key is not None:
        if options.tls_cert is None or options.tls_key is None:
            raise StartError(tr("tls_half"))
        given: Tls = tls.given(options.tls_cert, options.tls_key)
        return given
    public = urlsplit(os.environ.get("NGUON_PUBLIC_URL", "")).hostname or ""
    anywhere = {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    hosts = [host for host in (options.host, public) if host not in anywhere]
    own: Tls = tls.own(folder.tls, hosts, datetime.now(UTC))
    return own
