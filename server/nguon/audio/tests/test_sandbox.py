"""What somebody sends: every good format becomes a master, every bad file one of our reasons."""

import math
import os
import struct
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nguon.audio.errors import BY_CODE
from nguon.audio.sound import child
from nguon.audio.sound.cutting import Wish
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.sandbox import master_of_file
from nguon.audio.tests.sounds import RATE, claims_ten_hours, encoded, seconds_of, tone, wav


@pytest.mark.parametrize(
    ("codec", "container", "rate"),
    [("libmp3lame", "mp3", 44100), ("aac", "mp4", 44100), ("libopus", "ogg", 48000),
     ("libopus", "webm", 48000), ("flac", "flac", 44100), ("pcm_s16le", "wav", 22050)],
)  # fmt: skip
def test_good_formats(tmp_path: Path, codec: str, container: str, rate: int) -> None:
    master = master_of_file(encoded(tmp_path / "x", codec, container, rate=rate))
    assert master.loudness_lufs == pytest.approx(-16, abs=1)
    assert master.true_peak_dbtp <= -1
    assert seconds_of(master.data) == pytest.approx(3, abs=0.02)


def test_the_sound_of_a_video_is_taken(tmp_path: Path) -> None:
    assert master_of_file(encoded(tmp_path / "x.mp4", "aac", "mp4", video=True)).duration_ms == pytest.approx(
        3000, abs=20
    )


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Name -> (file, the slug it must be refused with)."""
    whole_mp3 = encoded(folder / "whole.mp3", "libmp3lame", "mp3").read_bytes()
    whole_wav = wav(folder / "whole.wav", tone(2)).read_bytes()
    whole_ogg = encoded(folder / "whole.ogg", "libopus", "ogg", rate=48000).read_bytes()
    outside = wav(folder / "outside.wav", tone(1))
    made: dict[str, tuple[bytes, str]] = {
        "text.mp3": ("Thông báo của UBND xã.\n".encode() * 100, "unreadable"),
        "noise.mp3": (b"ID3" + os.urandom(50_000), "unreadable"),
        "files.mp3": (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{outside}\n".encode(),
            "unreadable",
        ),
        "address.m3u8": (b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n", "unreadable"),
        "concat.wav": (f"ffconcat version 1.0\nfile '{outside}'\n".encode(), "unreadable"),
        "page.mp3": (b"<html><audio src='http://127.0.0.1:9/x.mp3'></html>", "unreadable"),
        "cut.mp3": (whole_mp3[: len(whole_mp3) // 2], "truncated"),
        "cut.wav": (whole_wav[: len(whole_wav) // 2], "truncated"),
        "cut.ogg": (whole_ogg[: len(whole_ogg) // 2], "truncated"),
        "silent.wav": (wav(folder / "s.wav", bytes(4 * RATE)).read_bytes(), "silent"),
        "mute.mp4": (
            encoded(folder / "m.mp4", "aac", "mp4", video=True, sound=False).read_bytes(),
            "no_sound",
        ),
    }
    files = {name: (folder / name, code) for name, (_data, code) in made.items()}
    for name, (data, _code) in made.items():
        (folder / name).write_bytes(data)
    return files | {"hours.wav": (claims_ten_hours(folder / "hours.wav"), "too_long")}


def decoded(path: Path) -> Any:
    """What the child does once its doors are closed, without the child."""
    with path.open("rb") as source, tempfile.TemporaryFile() as pcm, tempfile.TemporaryFile() as out:
        return child.made(source, pcm, out, Wish())


def test_bad_files_are_refused_with_their_reason(tmp_path: Path) -> None:
    for name, (path, code) in bad_files(tmp_path).items():
        with pytest.raises(SoundFault) as caught:
            decoded(path)
        assert (name, caught.value.code) == (name, code)
        assert code in BY_CODE


@pytest.mark.parametrize(("name", "code"), [("empty.mp3", "empty"), ("text.mp3", "unreadable")])
def test_the_reason_comes_out_of_the_sandbox(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"" if code == "empty" else "Thông báo\n".encode() * 100)
    with pytest.raises(SoundFault, match=f"^{code}$"):
        master_of_file(tmp_path / name)


def float_wav(path: Path, samples: list[float], rate: int = RATE, channels: int = 1) -> Path:
    """This function will write 32-bit floating point samples, whatever they are."""
    data = array("f", samples).tobytes()
    layout = (16, 3, channels, rate, rate * channels * 4 & 0xFFFFFFFF, channels * 4 & 0xFFFF, 32)
    head = b"WAVEfmt " + struct.pack("<IHHIIHH", *layout) + b"data" + struct.pack("<I", len(data))
    path.write_bytes(b"RIFF" + struct.pack("<I", len(head) + len(data)) + head + data)
    return path


SINE = [0.3 * math.sin(n / 20) for n in range(RATE)]


@pytest.mark.parametrize(
    "broken",
    [lambda n, s: math.nan if n % 100 == 0 else s, lambda n, s: math.inf if n % 999 == 0 else s,
     lambda n, s: s * 1e30],
    ids=["some are no numbers", "some are infinite", "all are far too large"],
)  # fmt: skip
def test_samples_that_are_no_numbers_do_no_harm(
    tmp_path: Path, broken: Callable[[int, float], float]
) -> None:
    made = decoded(float_wav(tmp_path / "x.wav", [broken(n, s) for n, s in enumerate(SINE)]))
    assert made["duration_ms"] == 1000
    assert made["loudness_lufs"] == pytest.approx(-16, abs=1)
    assert made["true_peak_dbtp"] <= -1


@pytest.mark.parametrize("value", [math.nan, 1.0, -0.5])
def test_a_constant_is_silence(tmp_path: Path, value: float) -> None:
    with pytest.raises(SoundFault, match="silent"):
        decoded(float_wav(tmp_path / "x.wav", [value] * RATE))


@pytest.mark.parametrize(("rate", "channels"), [(7_777, 1), (384_000, 1), (48_000, 8)])
def test_odd_rates_and_many_channels_keep_their_length(tmp_path: Path, rate: int, channels: int) -> None:
    file = float_wav(tmp_path / "x.wav", SINE * 2, rate, channels)
    assert decoded(file)["duration_ms"] == pytest.approx(2000 * RATE / rate / channels, abs=20)


@pytest.mark.parametrize(("rate", "channels"), [(0, 1), (0xFFFFFFFF, 1), (48_000, 0), (48_000, 1000)])
def test_impossible_rates_and_channels_are_refused(tmp_path: Path, rate: int, channels: int) -> None:
    with pytest.raises(SoundFault, match=r"unreadable|broken"):
        decoded(float_wav(tmp_path / "x.wav", SINE, rate, channels))


def test_a_recording_of_the_browser_ends_where_it_ends(tmp_path: Path) -> None:
    """Its header was written before anybody knew how long it would be."""
    whole = wav(tmp_path / "x.wav", tone(2)).read_bytes()
    open_end = struct.pack("<I", 0xFFFFFFFF)
    (tmp_path / "x.wav").write_bytes(whole[:4] + open_end + whole[8:40] + open_end + whole[44:])
    assert decoded(tmp_path / "x.wav")["duration_ms"] == 2000


def test_the_child_can_open_nothing(tmp_path: Path) -> None:
    program = (
        "import socket\n"
        "from nguon.audio.sound import child\n"
        "child.give_up_everything()\n"
        "for attempt in (lambda: open('/etc/hostname'), socket.socket, lambda: open('/tmp/x', 'w')):\n"
        "    try: attempt()\n"
        "    except OSError: continue\n"
        "    raise SystemExit('opened something')\n"
    )
    command = [sys.executable, "-I", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_decoder_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(SoundFault, match="too_slow"):
        master_of_file(wav(tmp_path / "x.wav", tone(1)), timeout=0.01)
