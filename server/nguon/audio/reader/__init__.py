"""From written to spoken Vietnamese: `read(text)` gives the spoken text and the lint."""

from nguon.audio.reader.lint import Finding, Kind
from nguon.audio.reader.reading import Reading, read, spoken

__all__ = ["Finding", "Kind", "Reading", "read", "spoken"]
