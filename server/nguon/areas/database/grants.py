"""What the web's role at the database may do. The set-up runs `grant_statements()` after the migrations."""

ROLE = "nguon_web"
# Written through the journal's own function alone.
READ_ONLY = ("journal_entry", "journal_scope")


def grant_statements(role: str = ROLE) -> list[str]:
    """This function will give the SQL by which a role works with the rows that row security lets it see.

    It owns no table, so it can neither change a policy nor pass one by, and it cannot empty a table. The role
    must exist (CREATE ROLE ... LOGIN); run as the owner of the tables; repeatable.
    """
    name = '"' + role.replace('"', '""') + '"'
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
        # Tables that are made later by the same owner (the cache's comes after the migrations).
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(READ_ONLY)} FROM {name}",
    ]
