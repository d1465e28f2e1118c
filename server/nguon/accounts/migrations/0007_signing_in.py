"""Security keys that sign in: how often each has signed, which never goes back; and one e-mail, one account."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower

LAW = """
CREATE OR REPLACE FUNCTION accounts_passkey_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
        OR (NEW.user_id, NEW.credential_id, NEW.public_key)
            IS DISTINCT FROM (OLD.user_id, OLD.credential_id, OLD.public_key) THEN
        RAISE EXCEPTION 'a security key is revoked, never changed';
    END IF;
    IF NEW.sign_count < OLD.sign_count THEN
        RAISE EXCEPTION 'what a security key has counted never goes back';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("accounts", "0006_areas_by_bytes")]
    operations = [
        migrations.AddField("passkey", "sign_count", models.BigIntegerField(default=0)),
        migrations.AddField("passkey", "last_used_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(LAW, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_any_case"),
        ),
    ]
