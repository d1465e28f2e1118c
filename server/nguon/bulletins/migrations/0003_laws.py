"""Laws that the database keeps whatever a program does: what is submitted never changes, nobody approves alone."""

from typing import ClassVar

from django.db import migrations

LAWS = """
CREATE FUNCTION bulletins_revision_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.submitted_at IS NOT NULL THEN
        RAISE EXCEPTION 'revision % is submitted and cannot be changed', OLD.id;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bulletins_revision_fixed BEFORE UPDATE OR DELETE ON bulletins_revision
    FOR EACH ROW EXECUTE FUNCTION bulletins_revision_fixed();

CREATE FUNCTION bulletins_target_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.revision_id ELSE NEW.revision_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM bulletins_revision WHERE id = named AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'revision % is submitted, its places cannot be changed', named;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bulletins_target_fixed BEFORE INSERT OR UPDATE OR DELETE ON bulletins_target
    FOR EACH ROW EXECUTE FUNCTION bulletins_target_fixed();

CREATE FUNCTION bulletins_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision is never changed';
END $$;
CREATE TRIGGER bulletins_approval_fixed BEFORE UPDATE OR DELETE ON bulletins_approval
    FOR EACH ROW EXECUTE FUNCTION bulletins_decided();
CREATE TRIGGER bulletins_withdrawal_fixed BEFORE UPDATE OR DELETE ON bulletins_withdrawal
    FOR EACH ROW EXECUTE FUNCTION bulletins_decided();

-- The author that an approval names is the author of its revision, so that "by <> author" cannot be fooled.
ALTER TABLE bulletins_approval ADD CONSTRAINT approval_names_the_author
    FOREIGN KEY (revision_id, author_id) REFERENCES bulletins_revision (id, author_id)
    DEFERRABLE INITIALLY IMMEDIATE;
"""
UNDO = """
ALTER TABLE bulletins_approval DROP CONSTRAINT approval_names_the_author;
DROP FUNCTION bulletins_decided() CASCADE;
DROP FUNCTION bulletins_target_fixed() CASCADE;
DROP FUNCTION bulletins_revision_fixed() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("bulletins", "0002_initial")]
    operations = [migrations.RunSQL(LAWS, UNDO)]
