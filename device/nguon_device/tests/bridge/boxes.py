"""Bridges and made-up boxes for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from nguon_device.bridge.building import Tools
from nguon_device.bridge.reaching import Reach
from nguon_device.bridge.serving import SoundServer
from nguon_device.bridge.settings import BoxSettings
from nguon_device.ports import Playing
from nguon_device.tests.live import tone

LOOPBACK = Reach.of(["127.0.0.0/8"])
BOX = "867732050000001"


def settings(url: str, adapter: str = "v2-http", **options: Any) -> BoxSettings:
    """Settings of a test's box: it is looked at often, and waited for shortly."""
    quick = {"look": 0.1, "idle": 0.1, "seconds": 2}
    return BoxSettings(adapter, url, BOX, "cau", "mat-khau-thu", quick | options)


@contextmanager
def tools(folder: Path) -> Iterator[Tools]:
    """Everything that an adapter is made with."""
    server = SoundServer("127.0.0.1", 0)
    try:
        yield Tools(folder, LOOPBACK, server, Random(1), lambda: False)
    finally:
        server.close()


def sound(folder: Path, seconds: float = 1.0, **changes: Any) -> Playing:
    """A verified sound on the shelf."""
    path = folder / f"{seconds}.ogg"
    if not path.exists():
        path.write_bytes(tone(seconds))
    fields: dict[str, Any] = {"item": "item-1", "title": "Thông báo", "path": path, "mime": "audio/ogg"}
    fields |= {
        "offset_ms": 0,
        "dur_ms": int(seconds * 1000),
        "volume": 80,
        "started_at_ms": 1_800_000_000_000,
    }
    return Playing(**(fields | changes))
