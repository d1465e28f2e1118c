"""Pictures of sounds that were made before there were pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nguon.audio import queries
from nguon.audio.models import Media
from nguon.audio.sound.chain import look_at_encoded
from nguon.kernel.later import later

if TYPE_CHECKING:
    import av
else:
    av = later("av")


def draw_missing(*, after: str = "", limit: int = 5) -> str:
    """This function will draw the next `limit` sounds (by their names, after this one) that have no picture,
    and return the last name it looked at, "" when none is left. What cannot be read is left as it is.
    """
    rows = list(Media.objects.filter(peaks=b"", sha256__gt=after).order_by("sha256")[:limit])
    for media in rows:
        try:
            peaks, silent = look_at_encoded(queries.media_path(media).read_bytes())
        except (OSError, av.FFmpegError, IndexError):
            continue
        Media.objects.filter(pk=media.pk, peaks=b"").update(peaks=peaks, silent=silent)
    return rows[-1].pk if rows else ""
