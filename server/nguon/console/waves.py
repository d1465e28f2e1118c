"""What a sound looks like, as a drawing and in words: for eyes, and for who listens to the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nguon.audio.models import Media, Upload
from nguon.ui.templatetags.ui import lasting

HALF = 50  # the drawing is 100 high, and two wide for each bar
_TOLD = 4


@dataclass(frozen=True)
class Wave:
    """A drawing as an SVG path, its words, and what a person should look at."""

    width: int
    path: str
    label: str
    notes: tuple[str, ...] = ()
    peaks: str = ""


@dataclass(frozen=True)
class Cut:
    """Which part of a file plays, to be cut otherwise as long as the file is kept."""

    upload: str
    from_ms: int
    to_ms: int
    whole_ms: int
    told: str


def wave_of(media: Media, upload: Upload | None = None) -> Wave | None:
    """This function will draw a sound; None for one that was made before there were drawings."""
    peaks = bytes(media.peaks)
    if not peaks:
        return None
    notes = []
    if media.silent:
        notes.append(_("Im lặng: {places}.").format(places=_places(media.silent)))
    clipped = upload.clipped if upload and upload.media_id == media.pk else []
    if clipped:
        told = _("Vỡ tiếng: {places}. Nếu nghe rè, hãy thu lại và để micro xa hơn.")
        notes.append(told.format(places=_places(clipped)))
    told = _("Hình âm thanh, dài {length}.").format(length=lasting(media.duration_ms))
    return Wave(2 * len(peaks), _path(peaks), " ".join([told, *notes]), tuple(notes), peaks.hex())


def cut_of(upload: Upload | None) -> Cut | None:
    """This function will tell which part of a file plays, once it has become a sound."""
    if upload is None or upload.whole_ms is None or upload.from_ms is None or upload.to_ms is None:
        return None
    before, after = upload.from_ms, upload.whole_ms - upload.to_ms
    ends = []
    if before:
        ends.append(_("{seconds} giây ở đầu").format(seconds=_seconds(before)))
    if after:
        ends.append(_("{seconds} giây ở cuối").format(seconds=_seconds(after)))
    told = ""
    if ends:
        by_hand = upload.wanted_from_ms is not None
        words = _("Đã cắt theo ý bạn: {ends}.") if by_hand else _("Đã bỏ khoảng lặng: {ends}.")
        told = words.format(ends=", ".join(ends))
    return Cut(str(upload.pk), upload.from_ms, upload.to_ms, upload.whole_ms, told)


def _path(peaks: bytes) -> str:
    bars = (max(1, round(peak * (HALF - 4) / 255)) for peak in peaks)
    return "".join(f"M{2 * at + 1} {HALF - high}v{2 * high}" for at, high in enumerate(bars))


def _places(spans: Sequence[Sequence[int]]) -> str:
    told = [
        _("{start} đến {end}").format(start=lasting(start), end=lasting(end))
        if end - start >= 1000
        else lasting(start)
        for start, end in spans[:_TOLD]
    ]
    if len(spans) > _TOLD:
        told.append(_("và {count} chỗ nữa").format(count=len(spans) - _TOLD))
    return ", ".join(told)


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f}".replace(".", ",")
