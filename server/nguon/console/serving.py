"""Sending sound files, or a part of one: players jump by asking for a range (RFC 9110 section 14)."""

import re
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def sound_file(request: HttpRequest, path: Path, mime: str) -> HttpResponseBase:
    """This function will send a file, or the one range of it that was asked for."""
    size = path.stat().st_size
    wanted = _wanted(request.headers.get("Range", ""), size)
    response: HttpResponseBase
    if wanted is None:
        response = FileResponse(path.open("rb"), content_type=mime)
    elif wanted[0] > wanted[1]:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = HttpResponse(_part(path, *wanted), status=206, content_type=mime)
        response["Content-Range"] = f"bytes {wanted[0]}-{wanted[1]}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte, both included; None for the whole file; an empty span for what cannot be."""
    match = _RANGE.fullmatch(header)
    if not match or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(path: Path, first: int, last: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        return file.read(last - first + 1)
