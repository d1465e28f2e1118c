"""Sessions and clashes: those of the own areas (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE broadcasts_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON broadcasts_session USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE broadcasts_clash ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON broadcasts_clash USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON broadcasts_session;
ALTER TABLE broadcasts_session DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON broadcasts_clash;
ALTER TABLE broadcasts_clash DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0004_programmes"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
