"""Pictures: what is drawn anew shows the same and tells nothing else; hostile ones are refused."""

import io
import os
import struct
import zlib

import pytest
from PIL import Image

from nguon.adapters.apart import picture_child
from nguon.adapters.apart.pictures import PictureFault, drawn_anew

GPS_TAG, ORIENTATION_TAG, MODEL_TAG = 0x8825, 0x0112, 0x0110


def photo(kind: str = "JPEG", size: tuple[int, int] = (3000, 200)) -> bytes:
    """A red picture with a blue left end, taken by somebody's phone at a place, lying on its side."""
    picture = Image.new("RGB", size, (200, 0, 0))
    picture.paste((0, 0, 200), (0, 0, size[0] // 4, size[1]))
    exif = Image.Exif()
    exif[MODEL_TAG], exif[ORIENTATION_TAG] = "Máy của Lan", 6
    exif.get_ifd(GPS_TAG)[2] = (21.0, 17.0, 30.0)
    out = io.BytesIO()
    picture.save(out, format=kind, exif=exif)
    return out.getvalue() + b"PK\x03\x04 hidden behind the end"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pixels_alone_are_left(kind: str) -> None:
    made = drawn_anew(photo(kind))
    assert (made.mime, made.width, made.height) == (
        f"image/{kind.lower()}",
        137,
        2048,
    )  # upright, and smaller
    assert b"hidden" not in made.data
    with Image.open(io.BytesIO(made.data)) as found:
        assert not dict(found.getexif())
        assert "exif" not in found.info
        top, bottom = (found.convert("RGB").getpixel((60, y)) for y in (100, 1900))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[2] > 150, bottom[0] > 150) == (True, True)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_hostile_pictures_are_refused() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>'
    gif = io.BytesIO()
    Image.new("P", (4, 4)).save(gif, format="GIF")
    refused = {
        "bomb": (png_that_claims(60_000, 60_000), "too_large"),
        "nothing": (b"", "unreadable"),
        "noise": (os.urandom(5000), "unreadable"),
        "svg": (svg, "unreadable"),
        "gif": (gif.getvalue(), "unreadable"),
        "cut": (photo()[:2000], "unreadable"),
        "short": (png_that_claims(500, 500), "unreadable"),
    }
    for name, (data, code) in refused.items():
        with pytest.raises(ValueError, match=r"^(unreadable|too_large)$") as caught:
            picture_child.drawn_anew(data)
        assert (name, str(caught.value)) == (name, code)
    with pytest.raises(PictureFault, match="too_large"):
        drawn_anew(png_that_claims(8_000, 8_000))
