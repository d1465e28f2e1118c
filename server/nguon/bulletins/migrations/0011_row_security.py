"""Bulletins: the own ones, and those that were submitted for a place in the own areas (docs/adr/015)."""

from django.db import migrations

# What comes from above is meant for every area that it names, so one target within reach is enough.
RULES = """
CREATE VIEW bulletins_received AS SELECT r.bulletin_id
    FROM bulletins_target t JOIN bulletins_revision r ON r.id = t.revision_id
    WHERE r.submitted_at IS NOT NULL AND t.area::text <@ (SELECT nguon_reach());

ALTER TABLE bulletins_bulletin ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_bulletin USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (SELECT true FROM bulletins_received s WHERE s.bulletin_id = bulletins_bulletin.id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE bulletins_revision ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_revision USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (
        submitted_at IS NOT NULL
        AND (SELECT true FROM bulletins_received s WHERE s.bulletin_id = bulletins_revision.bulletin_id LIMIT 1)
    )
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON bulletins_bulletin;
ALTER TABLE bulletins_bulletin DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON bulletins_revision;
ALTER TABLE bulletins_revision DISABLE ROW LEVEL SECURITY;
DROP VIEW bulletins_received;
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0010_manner"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
