"""The tables of the agent's journal."""

from collections.abc import Iterator

STATEMENTS = (
    "CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS counters (
        type TEXT NOT NULL, target TEXT NOT NULL, epoch INTEGER NOT NULL, v INTEGER NOT NULL,
        sha256 TEXT NOT NULL, seen TEXT NOT NULL, sum TEXT, PRIMARY KEY (type, target)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS documents (
        sha256 TEXT PRIMARY KEY, type TEXT NOT NULL, target TEXT NOT NULL, body BLOB NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS items (
        id TEXT PRIMARY KEY, doc TEXT NOT NULL, ready INTEGER NOT NULL DEFAULT 0, begun_ms INTEGER,
        heard_ms INTEGER NOT NULL DEFAULT 0, ended TEXT, at INTEGER NOT NULL,
        kind TEXT NOT NULL DEFAULT '', sum TEXT) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS items_begun ON items (begun_ms) WHERE begun_ms IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS cancelled (id TEXT PRIMARY KEY, at INTEGER NOT NULL, sum TEXT) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS receipts (
        n INTEGER PRIMARY KEY, event TEXT NOT NULL, envelope TEXT NOT NULL, sum TEXT)""",
)

SUMMED = {
    "counters": ("type", "target", "epoch", "v", "sha256", "seen"),
    "items": ("id", "doc", "ready", "begun_ms", "heard_ms", "ended", "at", "kind"),
    "cancelled": ("id", "at"),
    "receipts": ("n", "event", "envelope"),
}
"""The tables whose rows carry a check sum, and what it is of: a changed letter could lower a counter, or make
a receipt that the server waits for in vain."""
KEYS = {"counters": ("type", "target"), "items": ("id",), "cancelled": ("id",), "receipts": ("n",)}
ADDED = {
    "counters": ("sum TEXT",),
    "items": ("kind TEXT NOT NULL DEFAULT ''", "sum TEXT"),
    "cancelled": ("sum TEXT",),
    "receipts": ("sum TEXT",),
}
"""The columns that versions 2 and 3 (receipts) of the journal have more than version 1."""


def triggers() -> Iterator[str]:
    """Give the statements by which each written row is given its check sum, by the function check_sum."""
    for table, columns in SUMMED.items():
        row = " AND ".join(f"{key} = NEW.{key}" for key in KEYS[table])
        values = ", ".join(f"NEW.{column}" for column in columns)
        for name, event, unless in (
            ("insert", "INSERT", "WHEN NEW.sum IS NULL "),  # who writes thousands a second gives it along
            ("update", f"UPDATE OF {', '.join(columns)}", ""),
        ):
            yield f"DROP TRIGGER IF EXISTS {table}_{name}"
            yield (
                f"CREATE TRIGGER {table}_{name} AFTER {event} ON {table} {unless}BEGIN "  # noqa: S608  names of ours
                f"UPDATE {table} SET sum = check_sum({values}) WHERE {row}; END"
            )
