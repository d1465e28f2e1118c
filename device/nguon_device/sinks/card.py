"""A sound card, by the optional library sounddevice."""

import sounddevice

from nguon_device.decoding import RATE


class CardOutput:
    """Writes to the default output; the card sets the pace."""

    paced = True

    def __init__(self) -> None:
        self._stream = sounddevice.RawOutputStream(samplerate=RATE, channels=1, dtype="int16", latency="low")
        self._stream.start()

    def begin(self, at: float) -> None:
        """Begin; the card has been open for a while when the sound was prepared."""

    def write(self, samples: bytes) -> None:
        """Take one block; blocks until the card has room."""
        self._stream.write(samples)

    def close(self, complete: bool) -> None:
        """Let the last block sound when the item is complete, else fall silent at once."""
        if complete:
            self._stream.stop()
        else:
            self._stream.abort()
        self._stream.close()
