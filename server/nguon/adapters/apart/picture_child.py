"""The sandboxed process that draws a picture anew: `python -I -m nguon.adapters.apart.picture_child OUT`.

What comes out is pixels alone: no EXIF (which tells where and with whose phone it was taken), no colours'
profile, no comment, no second frame, nothing that somebody hid behind the end of the file.
"""

from __future__ import annotations

import io
import json
import os
import sys

from PIL import Image, ImageOps

from nguon.adapters.apart import doors

MEMORY = 768 << 20
CPU_SECONDS = 20
LARGEST_FILE = 32 << 20
MOST_PIXELS = 60_000_000  # a phone of today takes 50 million
LONGEST_SIDE = 2048  # pixels: enough for a board and for a portal
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


def drawn_anew(data: bytes) -> tuple[bytes, dict[str, object]]:
    """This function will return the picture in its own format, upright, at most 2048 pixels long.

    Raises ValueError with a slug: unreadable, too_large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as found:
            kind = str(found.format)
            if found.width * found.height > MOST_PIXELS:
                raise ValueError("too_large")
            found.load()
            plain = ImageOps.exif_transpose(found)
    except Image.DecompressionBombError as error:
        raise ValueError("too_large") from error
    except (OSError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise ValueError("unreadable") from error
    clear = kind != "JPEG" and (plain.mode in {"RGBA", "LA", "PA"} or "transparency" in plain.info)
    plain = plain.convert("RGBA" if clear else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = io.BytesIO()
    bare.save(out, format=kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    mime = Image.MIME[kind]
    return out.getvalue(), {"ok": True, "mime": mime, "width": bare.width, "height": bare.height}


def main() -> int:
    """This function will write the picture to the descriptor that its argument numbers."""
    source, out = os.fdopen(0, "rb"), os.fdopen(int(sys.argv[1]), "wb")
    Image.init()
    drawn_anew(_tiny())  # whatever Pillow loads late is loaded while something can still be opened
    doors.close(memory=MEMORY, seconds=CPU_SECONDS, largest_file=LARGEST_FILE)
    try:
        data, answer = drawn_anew(source.read(LARGEST_FILE + 1))
        out.write(data)
        out.flush()
    except ValueError as fault:
        slug = str(fault)
        answer = {"ok": False, "code": slug if slug == "too_large" else "unreadable"}
    except MemoryError:
        answer = {"ok": False, "code": "too_large"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


def _tiny() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, format="WEBP")
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
