"""The worker as a process: does the work, ends when told, ends by itself when PostgreSQL goes away."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

import nguon
from nguon.audio import actions
from nguon.audio.models import Rendering
from nguon.audio.states import State
from nguon.kernel import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Start = Callable[..., subprocess.Popen[bytes]]


class Line:
    """A TCP line to PostgreSQL that can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            self.open += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        try:
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    other[ready].sendall(ready.recv(65536) or self._ended())
        except (OSError, ValueError):
            near.close()
            far.close()

    def _ended(self) -> bytes:
        raise OSError("ended")

    def cut(self) -> None:
        """This method will close everything and accept nothing more."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in self.open:
            if end.fileno() >= 0:
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    settings.NGUON_DATA = tmp_path
    told = connection.settings_dict
    running: list[subprocess.Popen[bytes]] = []

    def begin(port: int | None = None) -> subprocess.Popen[bytes]:
        address = f"{told['HOST']}:{port or told['PORT']}/{told['NAME']}"
        url = f"postgresql://{told['USER']}:{told['PASSWORD']}@{address}"
        environment = os.environ | {"DATABASE_URL": url, "NGUON_DATA": str(tmp_path)}
        environment |= {"PYTHONPATH": str(Path(nguon.__file__).parent.parent)}
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
        child = subprocess.Popen([sys.executable, "-m", "django", "worker"], env=environment)
        running.append(child)
        return child

    yield begin
    for child in running:
        child.kill()
        child.wait(60)


def ask(text: str) -> Rendering:
    return actions.request_rendering(spoken_text=text, manner=actions.Manner(), by=None, at=clock.now())


def wait_for(rendering: Rendering, *states: State, seconds: float = 180) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        rendering.refresh_from_db()
        if rendering.state in states:
            break
        time.sleep(0.05)
    return rendering.state


def test_works_and_ends_when_told(start: Start) -> None:
    worker = start()
    assert wait_for(ask("Xin chào bà con."), State.DONE, State.FAILED) == State.DONE
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(120) == 0


def test_work_of_a_killed_worker_is_done_by_the_next(start: Start) -> None:
    worker = start()
    rendering = ask("Ủy ban nhân dân xã thông báo đến toàn thể bà con. " * 60)
    assert wait_for(rendering, State.RUNNING) == State.RUNNING
    worker.kill()
    worker.wait(60)
    start()
    assert wait_for(rendering, State.DONE, State.FAILED) == State.DONE


def test_ends_with_a_failure_when_postgresql_goes_away(start: Start) -> None:
    line = Line("127.0.0.1", int(connection.settings_dict["PORT"]))
    worker = start(line.port)
    assert wait_for(ask("Xin chào."), State.DONE) == State.DONE
    line.cut()
    assert worker.wait(120) == 1
