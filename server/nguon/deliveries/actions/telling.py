"""Waking the pages that watch: a NOTIFY is a hint to look again, never the news itself."""

import json
from collections.abc import Iterable

from django.db import connection

LIVE_CHANNEL = "nguon_live"


def tell(kind: str, **what: object) -> None:
    """This function will hint to every watching page, when the transaction commits, that something has
    changed.
    """
    payload = json.dumps({"kind": kind, **{k: str(v) for k, v in what.items()}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, payload[:7900]])


def tell_all(kind: str, name: str, values: Iterable[str]) -> None:
    """This function will hint the same of many things at once: of each of the `values` as `name`."""
    payloads = [json.dumps({"kind": kind, name: value})[:7900] for value in values]
    if payloads:
        with connection.cursor() as cursor:
            query = "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload"
            cursor.execute(query, [LIVE_CHANNEL, payloads])
