"""From the microphone's sample to the loudspeaker's: how late a voice is, and what a bare socket needs.

    python bench/live.py [--seconds N]

It starts a demo of its own in a temporary folder and speaks to the three loudspeakers of one commune as the
page does: samples of a buzz that begins every half second, a tenth of a second in each request, one request
after the other. Each loudspeaker writes what it plays to a wav file whose beginning stands on the machine's
monotonic clock; the delay is from the instant of a buzz's first sample at the microphone to its first sample
in the file. Beside it: the same blocks of a tenth of a second over a bare socket to a thread of this process.
The browser's own way from the membrane to its first block (10-30 ms) is not in it.

Only the sounds of the session itself are looked at (a bulletin of the demo that is resumed after it is none),
and only bursts whose pitch is one of the buzzes'; how many were not heard so is printed. The legs: to the
signed segment in the server's file, to a listener of the stream, to the loudspeaker's sound.
"""

from __future__ import annotations

import argparse
import array
import itertools
import json
import math
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave
from pathlib import Path
from statistics import quantiles

import httpx

RATE = 24_000
BLOCK = RATE // 10
EVERY_S = 0.5
LOUD = 1_500
"""A sample above this is the buzz; before it there were 200 ms below."""
PITCHES = 30
PERSON = re.compile(r"^  tuan +(\S+) +\S", re.M)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def pitch(number: int) -> int:
    """Give the tone of a buzz, by which it is known again, in Hz."""
    return 300 + 40 * (number % PITCHES)


def samples(first: int, count: int) -> bytes:
    """Give samples of the microphone: 150 ms of buzz at the beginning of each half second."""
    found = array.array("h")
    for n in range(first, first + count):
        number, at = divmod(n, int(RATE * EVERY_S))
        angle = 2 * math.pi * pitch(number) * at / RATE
        found.append(int(9_000 * math.sin(angle)) if at < 0.15 * RATE else 0)
    return found.tobytes()


class Demo:
    """A demo installation of its own."""

    def __init__(self, folder: Path) -> None:
        self.data, self.log = folder / "data", folder / "up.log"
        own = {
            k: v for k, v in os.environ.items() if not k.startswith(("NGUON_", "DATABASE_URL", "NATS_URL"))
        }
        with self.log.open("wb") as out:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "config.cli", "up", "--data", str(self.data)],
                env=own | {"PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, seconds: float = 300) -> str:
        """Wait for the demo's first bulletin and give the address."""
        until = time.monotonic() + seconds
        while "6/6" not in self.log.read_text() or not PERSON.search(self.log.read_text()):
            if time.monotonic() > until or self.child.poll() is not None:
                raise SystemExit(self.log.read_text())
            time.sleep(0.5)
        self.wait_for_silence()
        told = json.loads((self.data / "run" / "instance.json").read_text())
        return str(told["url"])

    def wait_for_silence(self) -> None:
        """Wait until the first bulletin has ended everywhere: an order waits for the one before it."""
        calm = 0
        while calm < 6:
            time.sleep(0.5)
            sounds = [json.loads(path.read_text()) for path in self.data.glob("demo/speakers/*/wav/*.json")]
            calm = calm + 1 if sounds and all(one["end"] for one in sounds) else 0

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.child.send_signal(signal.SIGINT)
        self.child.wait(60)


class Speaker:
    """Speaks as the page does."""

    def __init__(self, url: str, password: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=10, headers={"Referer": url})
        self._post("/accounts/login/", {"login": "tuan", "password": password})

    def _post(self, path: str, data: dict[str, str]) -> httpx.Response:
        page = self.http.get(path)
        found = TOKEN.search(page.text)
        token = found.group(1) if found else self.http.cookies.get("csrftoken", "")
        return self.http.post(path, data={**data, "csrfmiddlewaretoken": token})

    def open(self) -> str:
        """Choose the commune and open the microphone; gives the session's address."""
        page = self.http.get("/truc-ban/noi/").text
        target = re.search(r'name="targets" value="([^"]+)"', page)
        if target is None:
            raise SystemExit("no commune to speak to")
        made = self._post("/truc-ban/noi/", {"targets": target.group(1), "minutes": "5", "title": "bench"})
        address = made.headers["Location"]
        page = self.http.get(address).text
        token = TOKEN.search(page)
        self.headers = {"X-CSRFToken": token.group(1) if token else ""}
        self.http.post(f"{address}mo/", headers=self.headers).raise_for_status()
        return address

    def speak(self, address: str, seconds: float) -> tuple[float, float, list[float]]:
        """Speak; gives the monotonic instant of sample 0, how many seconds of it the server did not take
        (before loudspeakers were told to listen), and how long each request took."""
        began, sent, number, took, missed = time.monotonic(), 0, 0, [], 0
        while sent < seconds * RATE:
            ready = int((time.monotonic() - began) * RATE) // BLOCK * BLOCK
            if ready <= sent:
                time.sleep(max(0.0, began + (sent + BLOCK) / RATE - time.monotonic()))
                continue
            count = min(ready - sent, 20 * BLOCK)
            number += 1
            at = time.monotonic()
            answer = self.http.post(
                f"{address}tieng/?n={number}&hz={RATE}",
                content=samples(ready - count, count),
                headers=self.headers | {"Content-Type": "application/octet-stream"},
            )
            took.append(time.monotonic() - at)
            if answer.status_code != 200:
                raise SystemExit(answer.text[:500])
            missed += 0 if answer.json()["phase"] == "on" else count
            sent = ready
        self.http.post(f"{address}het/", headers=self.headers)
        return began, missed / RATE, took


class Legs(threading.Thread):
    """Notes when each moment of a session is signed, and when a listener of its stream has it."""

    def __init__(self, data: Path, url: str, session: str) -> None:
        super().__init__(daemon=True)
        self.path = data / "live" / f"{session}.lsp"
        self.stream = f"{url}/lsp/v1/live/{session}"
        self.signed: list[tuple[float, int]] = []
        self.arrived: list[tuple[float, int]] = []
        self.over = False

    def run(self) -> None:
        """Listen as a loudspeaker does, and look at the file beside it."""
        threading.Thread(target=self._listen, daemon=True).start()
        size = 0
        while not self.over:
            time.sleep(0.005)
            if self.path.exists() and (now := self.path.stat().st_size) > size:
                size = now
                self.signed.append((time.monotonic(), size))

    def _listen(self) -> None:
        while not self.path.exists():
            time.sleep(0.005)
        size = self.path.stat().st_size  # the stream begins with what comes next
        with httpx.stream("GET", self.stream, timeout=30) as answer:
            for block in answer.iter_raw():
                size += len(block)
                self.arrived.append((time.monotonic(), size))

    def delays(self, seen: list[tuple[float, int]], began: float) -> list[float]:
        """Give how late the oldest sound of each new segment was, by when so many bytes had been seen."""
        data, found, at, said = self.path.read_bytes(), [], 0, 0.0
        looks = iter(seen)
        when, size = next(looks, (0.0, 0))
        while at + 12 < len(data):
            audio = int.from_bytes(data[at + 8 : at + 12])
            first, packet = said, at + 12
            while packet < at + 12 + audio:
                packet += 2 + int.from_bytes(data[packet : packet + 2])
                said += 0.02
            at += 12 + audio + 64
            while size < at:
                if (one := next(looks, None)) is None:
                    return found
                when, size = one
            if audio:
                found.append(when - began - first)
        return found


def delays(path: Path, began: float, session: str) -> list[float]:
    """Give how long after the microphone each buzz of a session was heard, by a loudspeaker's file."""
    told = json.loads(path.with_suffix(".json").read_text())
    if told["item"] != session or told["monotonic"] is None:
        return []
    at = told["monotonic"]
    with wave.open(str(path)) as file:
        rate = file.getframerate()
        heard = array.array("h", file.readframes(file.getnframes()))
    found, quiet = [], rate
    for n, sample in enumerate(heard):
        if abs(sample) > LOUD:
            if quiet > 0.2 * rate and n + 0.12 * rate < len(heard):
                delay = late(at + n / rate - began, heard[n + rate // 50 : n + rate // 50 + rate // 10])
                found += [] if delay is None else [delay]
            quiet = 0
        else:
            quiet += 1
    return found


def late(at: float, tone: array.array[int]) -> float | None:
    """Give how late a buzz is that was heard at `at`, from the pitch of a tenth of a second of it; None for
    one that was cut and has no clear pitch."""
    crossings = [
        sum((one < 0) != (two < 0) for one, two in itertools.pairwise(half))
        for half in (tone[: len(tone) // 2], tone[len(tone) // 2 :])
    ]
    number = round((sum(crossings) / 0.2 - 300) / 40)
    if not 0 <= number < PITCHES or any(abs(one / 0.1 - pitch(number)) > 25 for one in crossings):
        return None
    span = PITCHES * EVERY_S
    return (at - number * EVERY_S + 1) % span - 1


def raw(seconds: float) -> list[float]:
    """Give the delays of the same blocks over a bare socket."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[float] = []

    def take() -> None:
        connection, _address = listener.accept()
        with connection:
            while head := connection.recv(8, socket.MSG_WAITALL):
                connection.recv(2 * BLOCK, socket.MSG_WAITALL)
                heard.append(time.monotonic() - struct.unpack("<d", head)[0])

    thread = threading.Thread(target=take)
    thread.start()
    with socket.create_connection(listener.getsockname()) as line:
        began = time.monotonic()
        for n in range(int(seconds * 10)):
            time.sleep(max(0.0, began + (n + 1) / 10 - time.monotonic()))
            line.sendall(struct.pack("<d", began + n / 10) + bytes(2 * BLOCK))
    thread.join()
    return heard


def percentiles(found: list[float]) -> tuple[float, float]:
    """Give the middle and the 95th of 100, in milliseconds."""
    cuts = quantiles(found, n=100)
    return 1000 * cuts[49], 1000 * cuts[94]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder))
        try:
            url = demo.wait()
            password = PERSON.search(demo.log.read_text())
            speaker = Speaker(url, password.group(1) if password else "")
            before = set((demo.data / "demo").glob("speakers/*/wav/*.wav"))
            load = os.getloadavg()[0]
            address = speaker.open()
            session = address.rstrip("/").rpartition("/")[2]
            legs = Legs(demo.data, url, session)
            legs.start()
            began, missed, took = speaker.speak(address, seconds)
            time.sleep(3)
            legs.over = True
            files = sorted(set((demo.data / "demo").glob("speakers/*/wav/*.wav")) - before)
            heard = {path: delays(path, began, session) for path in files}
            found = [delay for path in files for delay in heard[path]]
            signed = legs.delays(legs.signed, began + missed)
            arrived = legs.delays(legs.arrived, began + missed)
        finally:
            demo.stop()
    raw50, raw95 = percentiles(raw(20))
    said = int((seconds - missed) / EVERY_S)
    counts = [len(one) for one in heard.values() if one]
    print(f"load {load:.1f} to {os.getloadavg()[0]:.1f}; {said} buzzes said after {missed:.1f} s of opening")
    print(f"heard and known again by {len(counts)} loudspeakers: {counts}")
    for words, some in (
        ("microphone to signed segment", signed),
        ("microphone to a listener's socket", arrived),
        ("microphone to loudspeaker", found),
        ("a request", took),
    ):
        p50, p95 = percentiles(some)
        print(f"{words}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {1000 * max(some):.0f} ms")
    p50, p95 = percentiles(found)
    print("the latest (ms): " + " ".join(f"{1000 * one:.0f}" for one in sorted(found)[-8:]))
    print(f"bare socket: p50 {raw50:.0f} ms, p95 {raw95:.0f} ms; ratio of p95 {p95 / raw95:.1f}")


if __name__ == "__main__":
    main()
