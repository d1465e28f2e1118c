"""The sandboxed process that decodes a station: encoded sound on descriptor 0, plain sound on descriptor 1.

As `child` it gives up opening anything before it reads the first byte. On descriptor 2 it says one line of
JSON: what it hears (format, codec, rate, channels), and at the end a slug when it could not go on.
"""

from __future__ import annotations

import json
import os
import sys

import av

from nguon.audio.sound.child import give_up_everything
from nguon.audio.sound.decode import CODECS
from nguon.audio.sound.filters import RATE, SAMPLE

FORMATS = "mp3,aac,ogg,mpegts,flac,wav,mov,mp4,m4a,3gp,3g2,mj2"
MOST_BROKEN = 50
"""So many packets one after the other that are no sound: this is not a station, or no more."""


class Pipe:
    """What comes on descriptor 0, as soon as it comes."""

    def read(self, size: int) -> bytes:
        """This function will give what is there, waiting only where nothing is."""
        return os.read(0, size)


def say(**words: object) -> None:
    """This function will tell our side something."""
    os.write(2, json.dumps(words).encode() + b"\n")


def main() -> int:
    """This function will decode until the input ends; status 1 and a slug for what is no sound."""
    give_up_everything()
    try:
        with av.open(
            Pipe(),
            mode="r",
            buffer_size=4096,
            options={
                "format_whitelist": FORMATS,
                "codec_whitelist": CODECS,
                "protocol_whitelist": "none",
                "probesize": "65536",
                "analyzeduration": "1000000",
            },
        ) as container:
            if not container.streams.audio:
                say(fault="no_sound")
                return 1
            stream = container.streams.audio[0]
            say(
                format=container.format.name,
                codec=stream.codec_context.name,
                rate=stream.codec_context.sample_rate,
                channels=stream.codec_context.channels,
                bit_rate=container.bit_rate or stream.bit_rate or 0,
            )
            return _decode(container, stream)
    except (av.FFmpegError, OSError, ValueError, MemoryError):
        say(fault="unreadable")
        return 1


def _decode(container: av.container.InputContainer, stream: av.AudioStream) -> int:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    broken = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
            broken = 0
        except av.FFmpegError:
            broken += 1
            if broken > MOST_BROKEN:
                say(fault="broken")
                return 1
            continue
        for frame in frames:
            frame.pts = None
            for plain in resampler.resample(frame):
                sys.stdout.buffer.write(bytes(plain.planes[0])[: plain.samples * SAMPLE])
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
