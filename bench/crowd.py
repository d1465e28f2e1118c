"""N simulated loudspeakers in as many processes as there are cores, each with its share of them."""

import json
import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator import PYTHON, in_demo

Event = dict[str, Any]


class Crowd:
    """`until(name)` waits for an event of every process; `events()` gives all that they say, as it comes."""

    def __init__(
        self,
        data: Path,
        url: str,
        area: str,
        count: int,
        *,
        processes: int = os.cpu_count() or 1,
        broker: int = 0,
    ) -> None:
        """Start them; they wait for their enrolment, which comes with the first look.

        `broker` is the port where they are to find it, in place of its own.
        """
        self._data, self._area, self._broker = data, area, broker
        shares = [count // processes + (number < count % processes) for number in range(processes)]
        self.count = count
        self._said: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._past: list[Event] = []
        self._children = []
        for number, share in enumerate(shares):
            folder = data / f"simulator-{number}"
            command = [PYTHON, "-m", "nguon_device", "simulate", "--devices", str(share), "--area", area]
            command += ["--seed", str(number + 1), "--server", url, "--data", str(folder)]
            command += ["--json", "--times", "--seconds", "3600"]
            child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            self._children.append(child)
            threading.Thread(target=self._listen, args=(child, folder), daemon=True).start()

    @property
    def processes(self) -> list[int]:
        """Give their process ids."""
        return [child.pid for child in self._children]

    def _listen(self, child: "subprocess.Popen[str]", folder: Path) -> None:
        for line in child.stdout or ():
            self._said.put({**json.loads(line), "folder": folder})
        self._said.put({"event": "gone", "folder": folder})

    def events(self) -> Iterator[Event]:
        """Give what they say; enrol them when they ask for it."""
        while True:
            event = self._said.get(timeout=1200)
            if event["event"] == "gone":
                raise SystemExit("a simulator has ended early")
            if event["event"] == "waiting":
                self._enrol(event["folder"])
            yield event

    def until(self, name: str) -> list[Event]:
        """Wait until every process has said it."""
        while len(found := [one for one in self._past if one["event"] == name]) < len(self._children):
            self._past.append(next(self.events()))
        return found

    def orders(self, seconds: float) -> Iterator[Event]:
        """Give the documents that came to many, until none has come for so long."""
        while True:
            try:
                event = self._said.get(timeout=seconds)
            except queue.Empty:
                return
            if event["event"] == "order":
                yield event

    def _enrol(self, folder: Path) -> None:
        made, out = folder / "made.jsonl", folder / "enrolled.jsonl"
        boxes = str(folder / "boxes.jsonl")
        in_demo(self._data, "enrol_simulated", boxes, "--area", self._area, "--out", str(made))
        first, rest = made.read_text().split("\n", 1)
        common = json.loads(first)
        if self._broker:
            common["broker"] = re.sub(r":[0-9]+$", f":{self._broker}", common["broker"])
        made.write_text(json.dumps(common) + "\n" + rest)
        made.rename(out)

    def close(self) -> None:
        """End them."""
        for child in self._children:
            child.send_signal(signal.SIGTERM)
        for child in self._children:
            child.wait(60)
