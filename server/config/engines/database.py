"""What we ask a PostgreSQL through a connection: whether it answers, and a role for the signer."""

from contextlib import suppress
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.errors import StartError
from config.words import tr

LEAST_VERSION = 15


def without_password(url: str) -> str:
    """This function will return the address without user and password, fit to be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{(parts.hostname or '')}:{parts.port or 5432}{parts.path}"


def check(url: str) -> None:
    """This function will raise StartError, in one sentence, when the database is silent or too old."""
    shown = without_password(url)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            have = connection.info.server_version // 10_000
    except (psycopg.Error, UnicodeError) as failure:
        reason = (str(failure).strip().splitlines() or ["?"])[0]
        raise StartError(tr("database_silent", url=shown, reason=reason)) from failure
    if have < LEAST_VERSION:
        raise StartError(tr("database_old", url=shown, have=have, least=LEAST_VERSION))


def own_role(url: str, role: str, password: str) -> str | None:
    """This function will return the address of the same database for a role with this password, making the
    role when it is missing; None when we have no right to."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    own = urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{parts.hostname or ''}{port}"))
    with suppress(psycopg.OperationalError), psycopg.connect(own, connect_timeout=5):
        return own
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            words = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
            connection.execute(words.format(verb, sql.Identifier(role), sql.Literal(password)))
            name = sql.Identifier(connection.info.dbname)
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(role))
            )
    except psycopg.Error:
        return None
    return own


def trust_like(url: str) -> None:
    """This function will have PostgreSQL search names by their index beneath row security; the address is a
    superuser's. LIKE shows a hidden row only to whoever writes a broken pattern on purpose (docs/adr/015)."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute("ALTER FUNCTION pg_catalog.textlike(text, text) LEAKPROOF")
