"""What somebody sends: every good format becomes a master, every bad file one of our reasons."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nguon.audio.errors import BY_CODE
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
        "empty.mp3": (b"", "empty"),
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


def test_bad_files_are_refused_with_their_reason(tmp_path: Path) -> None:
    found = {}
    for name, (path, code) in bad_files(tmp_path).items():
        with pytest.raises(SoundFault) as caught:
            master_of_file(path)
        found[name] = (caught.value.code, code)
        assert caught.value.code in BY_CODE
    assert [name for name, (was, expected) in found.items() if was != expected] == []


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
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_decoder_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(SoundFault, match="too_slow"):
        master_of_file(wav(tmp_path / "x.wav", tone(1)), timeout=0.01)
