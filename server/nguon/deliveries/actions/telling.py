"""Waking the pages that watch: a NOTIFY is a hint to look again, never the news itself."""

import json

from django.db import connection

LIVE_CHANNEL = "nguon_live"


def tell(kind: str, **what: object) -> None:
    """This function will hint to every watching page, when the transaction commits, that something has
    changed.
    """
    payload = json.dumps({"kind": kind, **{k: str(v) for k, v in what.items()}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, payload[:7900]])
