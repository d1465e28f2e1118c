"""What the sink is asked to sound: the player's sound, with the files and the feed that this device has."""

from pathlib import Path

from nguon_device.feed import Feed
from nguon_device.ports import Phrases, Playing, Ports
from nguon_protocol.player import Cue, Level, Sound


def asked(sound: Sound, ports: Ports, *, volume: int, started_at_ms: int, feed: Feed | None) -> Playing:
    """Give what the sink is to sound, at a volume of 0-100; `feed` is that of a live session."""
    item, before = sound.cue.item, first_sounds(sound.cue, ports.phrases)
    path = ports.shelf.path(item.media.sha256) if sound.cue.has_media or not before else before[0]
    return Playing(
        item=item.id,
        title=item.title,
        path=path,
        mime=item.media.mime,
        offset_ms=sound.offset_ms,
        dur_ms=item.dur_ms,
        volume=volume,
        started_at_ms=started_at_ms,
        before=before,
        repeat=sound.cue.repeat,
        has_file=sound.cue.has_media,
        strict=sound.cue.level is not Level.URGENT,
        feed=feed,
        priority=item.priority,
    )


def first_sounds(cue: Cue, stored: Phrases) -> tuple[Path, ...]:
    """Give the stored sounds that come first; a name that is not there is left out."""
    return tuple(stored.path(name) for name in cue.sounds if name in stored.names())
