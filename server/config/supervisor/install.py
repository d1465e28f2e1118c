"""`nguon init`: a real installation in an empty folder."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from config.errors import StartError, explain_os_error
from config.folder import Config, DataFolder
from config.supervisor import environment, migrations
from config.supervisor.address import DEFAULT_PORT
from config.supervisor.demo import must_succeed
from config.supervisor.engines import Engines
from config.supervisor.job import run_job
from config.supervisor.leftovers import end_leftovers
from config.supervisor.people import passwords
from config.supervisor.show import Show
from config.supervisor.supervisor import Stopped, Supervisor
from config.words import tr
from nguon_protocol.certificates import fingerprint

SECONDS = 300  # for migrations and the import of every place


@dataclass(frozen=True)
class Order:
    """What a person asked for.  Without a password one is made and shown once."""

    data: Path
    role: str
    area: str
    admin: str
    name: str = ""
    password: str = field(default="", repr=False)


def install(order: Order, show: Show) -> int:
    """This function will make the installation and return the exit status; StartError in one sentence when
    it cannot, or when the folder holds one already."""
    folder = DataFolder(order.data)
    try:
        found = folder.found()
        if found is not None and (found.complete or found.mode == "demo"):
            raise StartError(tr("already_installed", folder=folder.path))
        folder.check_space()
        folder.make()
        with folder.locked():
            return _install(order, folder, show)
    except OSError as failure:
        raise explain_os_error(failure, folder.path) from failure


def _install(order: Order, folder: DataFolder, show: Show) -> int:
    supervisor = Supervisor(folder.logs, show.tell, show.refresh)
    supervisor.catch_signals()
    engines = Engines(folder, device_host="127.0.0.1", tell=show.tell)
    config = Config(mode="real", role=order.role, area=order.area, name=order.name, complete=False)
    folder.write_config(config)
    try:
        end_leftovers(folder.path)
        show.stage(tr("stage_engines"))
        engines.make_keys(quiet_hours=True)
        engines.start(supervisor)
        show.done(tr("engines_up"))
        password = _set_up(order, folder, config, supervisor, engines, show)
    except Stopped:
        show.close()
        return 130
    finally:
        supervisor.stop()
    import_module("config.tls").own(folder.tls, [], datetime.now(UTC))
    _tell(order, folder, password, show)
    return 0


def _set_up(
    order: Order, folder: DataFolder, config: Config, supervisor: Supervisor, engines: Engines, show: Show
) -> str:
    """This function will make tables, places and the first administrator, and return the password that was
    made up ("" when it was given)."""
    at = engines.addresses(environment.public_url(f"http://127.0.0.1:{DEFAULT_PORT}"))
    told = environment.for_application(folder, config, at)
    told["NGUON_ADMIN_PASSWORD"] = order.password  # not in the arguments, which everybody may see
    engines.ready_for_web()
    arguments = ["setup", "--area", order.area, "--admin", order.admin]
    lines: list[str] = []
    show.stage(tr("stage_set_up"))
    result = run_job(supervisor, arguments, told, on_line=lines.append, seconds=SECONDS)
    must_succeed(result, tr("stage_set_up"))
    migrations.store(folder.migrated, engines.database_elsewhere)
    folder.write_config(replace(config, complete=True))
    show.done(tr("set_up_done"))
    return next((password for password in passwords(lines) if password != order.password), "")


def _tell(order: Order, folder: DataFolder, password: str, show: Show) -> None:
    if password:
        show.tell(tr("admin_password", name=order.admin, password=password), "bold")
    show.tell(tr("root_holders", folder=folder.signer / "holders"))
    ca = (folder.tls / "ca.crt").read_text()
    show.tell(tr("tls_own", fingerprint=fingerprint(ca)))
    show.tell(tr("now_up", folder=folder.path))
