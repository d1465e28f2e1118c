"""Files that people bring: their own alone (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE organisations_tablefile ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON organisations_tablefile USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON organisations_tablefile;
ALTER TABLE organisations_tablefile DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_source_oddities"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
