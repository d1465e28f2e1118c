"""Where sound goes: a folder of WAV files, a sound card, or nowhere; always in real time."""

from collections.abc import Callable
from pathlib import Path

from nguon_device.ports import Playing
from nguon_device.sinks.paced import Output, PacedSink, Silent
from nguon_device.sinks.wav import WavOutput


class NoSink(Exception):
    """The command line names a sink that cannot be used; the text says what to do."""


def make_sink(text: str, ended: Callable[[], None], muted: Callable[[], bool] = lambda: False) -> PacedSink:
    """Make the sink that `wav:DIR`, `null` or `audio` names; `ended` is called when a sound is over.

    `muted` is asked before each block of sound: whatever the rest of the agent does, it silences.
    """
    return PacedSink(make_output(text), ended, muted)


def make_output(text: str) -> Callable[[Playing], Output]:
    """Give what makes an output of the kind that `wav:DIR`, `null` or `audio` names."""
    if text == "null":
        return lambda playing: Silent()
    if text.startswith("wav:") and len(text) > 4:
        folder = Path(text[4:])
        folder.mkdir(parents=True, exist_ok=True)
        return lambda playing: WavOutput(folder, playing)
    if text == "audio":
        return _card()
    raise NoSink(f"unknown sink {text!r}: use wav:DIR, audio or null")


def _card() -> Callable[[object], Output]:
    try:
        from nguon_device.sinks.card import CardOutput  # noqa: PLC0415  sounddevice is an optional extra
    except (ImportError, OSError) as error:
        message = "no sound card support: install nguon-device[audio] and the system library PortAudio"
        raise NoSink(f"{message} ({error})") from error
    return lambda playing: CardOutput()
