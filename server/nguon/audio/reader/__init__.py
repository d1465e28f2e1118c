"""From written to spoken Vietnamese: `read(text)` gives the spoken text and what in it is not certain."""

from nguon.audio.reader.doubts import Doubt
from nguon.audio.reader.reading import Reading, read, spoken

__all__ = ["Doubt", "Reading", "read", "spoken"]
