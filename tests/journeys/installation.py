"""A whole installation for the journeys: `nguon up` on an empty folder, as a person would start it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from config import instance
from config.engines.process import launched

PERSON = re.compile(r"^  (?P<username>[a-z]+) +(?P<password>\S+) +\S", re.M)
# What a test process has set for itself is not for the installation.
KEPT_BACK = ("NGUON_", "DATABASE_URL", "NATS_URL", "DJANGO_", "PYTEST_")


class Installation:
    """One `nguon up` on its own data folder; use it as a context."""

    def __init__(self, folder: Path, *options: str) -> None:
        """This function will start nothing yet; `options` go to `nguon up` after its --data."""
        self.data = folder / "data"
        self.output = folder / "up.log"
        self.more: dict[str, str] = {}  # of the environment, set before it is started
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """This function will start it in a process group of its own."""
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """This function will stop it as Ctrl-C does."""
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """This function will return this process's environment, less what the tests set for themselves."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(KEPT_BACK)}
        return own | {"NGUON_DATA": str(self.data), "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"} | self.more

    @property
    def said(self) -> str:
        """This function will return everything that `nguon up` has printed."""
        return self.output.read_text(encoding="utf-8") if self.output.exists() else ""

    @property
    def running(self) -> instance.Instance:
        """This function will return what run/instance.json says of it."""
        found = instance.running(self.data)
        assert found is not None, self.said
        return found

    @property
    def url(self) -> str:
        """This function will return the address that people open."""
        return self.running.url

    @property
    def passwords(self) -> dict[str, str]:
        """This function will return the passwords that were shown once, by user name."""
        return {found["username"]: found["password"] for found in PERSON.finditer(self.said)}

    def command(self, *words: str) -> list[str]:
        """This function will return the command line of `nguon WORDS`."""
        return [sys.executable, "-m", "config.cli", *words]

    def run(self, *words: str, seconds: float = 400) -> subprocess.CompletedProcess[str]:
        """This function will run `nguon WORDS` on it and return what it printed and its status."""
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def shell(self, script: str) -> str:
        """This function will run a script inside the running installation and return what it printed."""
        environment = self.environment | self.running.environment
        done = subprocess.run(
            [sys.executable, "-m", "config", "shell", "--no-imports", "-c", script],
            env=environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """This function will start `nguon up`, which ends by itself when this process is killed."""
        command = self.command("up", "--data", str(self.data), "--no-demo-bridge", *self._options)
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                launched(command, None, signal.SIGINT),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, text: str, seconds: float = 400) -> None:
        """This function will wait until it has printed `text`; AssertionError tells all that it said."""
        until = time.monotonic() + seconds
        while text not in self.said:
            assert self._process is not None
            assert self._process.poll() is None, f"nguon up ended before it said {text!r}:\n{self.said}"
            assert time.monotonic() < until, f"nguon up did not say {text!r} in {seconds} s:\n{self.said}"
            time.sleep(0.1)

    def stop(self, seconds: float = 180) -> int:
        """This function will press Ctrl-C, wait, and return the exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
