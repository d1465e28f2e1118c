"""Live sessions: the own ones, and those for the own areas and what is around them (docs/adr/015)."""

from django.db import migrations

RULES = """
CREATE VIEW live_near AS SELECT session_id FROM live_target
    WHERE area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[]);

ALTER TABLE live_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON live_session USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR (SELECT true FROM live_near n WHERE n.session_id = live_session.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON live_session;
ALTER TABLE live_session DISABLE ROW LEVEL SECURITY;
DROP VIEW live_near;
"""


class Migration(migrations.Migration):
    dependencies = [("live", "0002_kinds"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
