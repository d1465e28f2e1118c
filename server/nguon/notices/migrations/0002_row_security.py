"""Notices are their person's alone (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE notices_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON notices_notice USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person())
) WITH CHECK (true);
ALTER TABLE notices_nomail ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON notices_nomail USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON notices_notice;
ALTER TABLE notices_notice DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON notices_nomail;
ALTER TABLE notices_nomail DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
