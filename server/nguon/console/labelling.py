"""QR labels of poles: drawn for a page, or for all poles of an area as one file to print for each commune."""

import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from io import BytesIO
from itertools import groupby, islice
from pathlib import Path

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from nguon.areas.paths import lineage
from nguon.devices.models import Registered
from nguon.kernel.text import fold
from nguon.organisations import queries as places

STEP = 500
A_FILE = 600
"""Labels of one file: fifty sheets, which a browser still prints."""
_COMMUNE_LABELS = 3


def drawn(address: str) -> str:
    """This function will draw the QR code of an address as SVG."""
    out = BytesIO()
    # Not above: few draw labels, and every process would wait for it at its start.
    import_module("segno").make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - drawn by us, of an address of ours


def write(
    path: Path, rows: QuerySet[Registered], origin: str, tell: Callable[[int], object] = lambda done: None
) -> int:
    """This function will write the labels of poles into a zip, a file to print for each commune (more where
    it has more than 600 poles), and return how many; `origin` is our own address, `tell` hears how many so
    far.
    """
    done = 0
    ordered = rows.order_by("area", "sort_key", "id").iterator(STEP)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for commune, some in groupby(ordered, key=lambda row: _commune(row.area)):
            number, label = 0, places.labels([commune]).get(commune, commune)
            while sheet := list(islice(some, A_FILE)):
                number += 1
                name = f"{fold(label).replace(' ', '-')}-{commune.rpartition('.')[2]}-{number}.html"
                file.writestr(name, _sheets(label, sheet, origin))
                done += len(sheet)
                tell(done)
    return done


def _sheets(title: str, rows: list[Registered], origin: str) -> str:
    def labels() -> Iterator[tuple[Registered, str]]:
        for row in rows:
            yield row, drawn(origin + reverse("console:pole", args=[row.pk]))

    return render_to_string("console/labels_file.html", {"title": title, "labels": labels()})


def _commune(area: str) -> str:
    return lineage(area)[:_COMMUNE_LABELS][-1]
