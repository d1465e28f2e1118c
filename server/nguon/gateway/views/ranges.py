"""Parts of files, so that a download goes on where it broke off (RFC 9110 section 14)."""

import re
from pathlib import Path

from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def partial(request: HttpRequest, path: Path, kind: str) -> HttpResponse | None:
    """This function will return the one range of a file of a content type that was asked for (206, or 416),
    or None for the whole.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None:
        return None
    size = path.stat().st_size
    first = int(match[1])
    last = min(int(match[2]) if match[2] else size - 1, size - 1)
    if first >= size or last < first:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(first)
        part = file.read(last - first + 1)
    answer = HttpResponse(part, status=206, content_type=kind)
    answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return answer
