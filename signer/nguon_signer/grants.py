"""What the signer may read: these columns and nothing else. The server's set-up runs `grant_statements()`."""

from __future__ import annotations

ROLE = "nguon_signer"
ASSERTION = ("credential_id", "authenticator_data", "client_data", "signature")
COLUMNS: dict[str, tuple[str, ...]] = {
    "organisations_place": ("id", "area", "kind", "designation", "name"),
    "organisations_placecode": ("place_id", "system", "code", "valid_to"),
    "accounts_roleassignment": ("user_id", "role", "area", "valid_from", "valid_to"),
    "accounts_passkey": ("id", "user_id", "credential_id", "public_key", "revoked_at"),
    "accounts_passkeygrant": ("id", "passkey_id", "role", "area", "by_id", "at", *ASSERTION),
    "audio_media": ("sha256", "mime", "size", "duration_ms"),
    "devices_device": ("id", "area", "enrolled_at", "rejoined_at", "revoked_at", "acknowledged_n"),
    "devices_devicegroup": ("id", "area"),
    "devices_devicegroup_devices": ("devicegroup_id", "device_id"),
    "bulletins_bulletin": ("id", "author_id"),
    "bulletins_revision": (
        "id",
        "bulletin_id",
        "author_id",
        "title",
        "summary",
        "topic",
        "essential",
        "priority",
        "text",
        "spoken_text",
        "media_id",
        "timing",
        "starts_at",
        "rrule",
        "until_at",
        "more_sha256",
        "content_sha256",
        "submitted_at",
    ),
    "bulletins_target": ("revision_id", "target"),
    "bulletins_approval": ("revision_id", "decision", "by_id", "at", "content_sha256", *ASSERTION),
    "bulletins_secondapproval": ("revision_id", "decision", "by_id", "at", "content_sha256", *ASSERTION),
    "bulletins_withdrawal": ("id", "bulletin_id", "by_id", "at"),
    "broadcasts_hourrule": ("area", "designation", "sessions", "minutes", "weekdays"),
    "broadcasts_airing": ("revision_id", "area", "at", "by_id", "placed_at", "state", "group_id"),
    "deliveries_receipt": ("device_id", "n", "sha256"),
    "deliveries_document": ("sha256", "envelope"),
    "journal_entry": ("sequence", "hash"),
    "live_session": ("id", "by_id", "minutes", "opened_at", "ended_at", *ASSERTION),
    "live_target": ("session_id", "target"),
    "relays_source": ("id", "name", "url"),
    "relays_booking": (
        "id",
        "source_id",
        "author_id",
        "weekdays",
        "begins",
        "ends",
        "first_day",
        "last_day",
        "silence_s",
        "fallback",
        "instead_id",
        "content_sha256",
        "ended_at",
    ),
    "relays_target": ("booking_id", "target"),
    "relays_approval": ("booking_id", "approved", "by_id", "at", "content_sha256", *ASSERTION),
    "relays_piece": ("session_id", "booking_id"),
    "alerts_template": (
        "id",
        "area",
        "slug",
        "phrase",
        "media_id",
        "author_id",
        "approved_by_id",
        "ended_at",
    ),
    "alerts_alert": (
        "id",
        "kind",
        "template_id",
        "author_id",
        "hazard",
        "level",
        "title",
        "spoken_text",
        "media_id",
        "replay_id",
        "sounds",
        "correction_sounds",
        "correction_media_id",
        "all_clear_sounds",
        "all_clear_media_id",
        "repeat",
        "offsets",
        "every_s",
        "lasts_s",
        "loudspeakers",
        "people",
        "content_sha256",
        "ended_at",
        "ending",
        "replaced_by_id",
    ),
    "alerts_target": ("alert_id", "target"),
    "alerts_signature": ("alert_id", "part", "by_id", "at", "content_sha256", *ASSERTION),
    "alerts_step": ("id", "alert_id", "number"),
    "deliveries_stop": ("id", "area", "by_id", "at"),
    "control_command": ("id", "kind", "area", "volume", "hours", "by_id", "at"),
    "releases_release": ("id", "document", "state"),
    "releases_turn": ("release_id", "device_id"),
}


def grant_statements(role: str = ROLE) -> list[str]:
    """This function will give the SQL that takes everything from `role` and grants it these columns to read.

    The role must exist (CREATE ROLE ... LOGIN); run as the owner of the tables after the migrations;
    repeatable.
    """
    name = quoted(role)
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        *(
            f"GRANT SELECT ({', '.join(quoted(column) for column in columns)}) ON {quoted(table)} TO {name}"
            for table, columns in COLUMNS.items()
        ),
        # Row security holds people to their areas; the signer judges for all of them.
        *(
            statement
            for table in COLUMNS
            for statement in (
                f"DROP POLICY IF EXISTS signer_reads ON {quoted(table)}",
                f"CREATE POLICY signer_reads ON {quoted(table)} FOR SELECT TO {name} USING (true)",
            )
        ),
    ]


def quoted(identifier: str) -> str:
    """This function will give an SQL identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'
