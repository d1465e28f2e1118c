"""Laws that the database keeps: what a security key is never changes, and an administrator's word stays."""

from typing import ClassVar

from django.db import migrations

LAWS = """
CREATE FUNCTION accounts_passkey_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
        OR (NEW.user_id, NEW.credential_id, NEW.public_key)
            IS DISTINCT FROM (OLD.user_id, OLD.credential_id, OLD.public_key) THEN
        RAISE EXCEPTION 'a security key is revoked, never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_passkey_fixed BEFORE UPDATE OR DELETE ON accounts_passkey
    FOR EACH ROW EXECUTE FUNCTION accounts_passkey_fixed();

CREATE FUNCTION accounts_passkeygrant_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an administrator touched for is never changed';
END $$;
CREATE TRIGGER accounts_passkeygrant_fixed BEFORE UPDATE OR DELETE ON accounts_passkeygrant
    FOR EACH ROW EXECUTE FUNCTION accounts_passkeygrant_fixed();
"""
UNDO = """
DROP FUNCTION accounts_passkeygrant_fixed() CASCADE;
DROP FUNCTION accounts_passkey_fixed() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("accounts", "0002_passkeys")]
    operations = [migrations.RunSQL(LAWS, UNDO)]
