"""The plan: that of the own areas; tasks and scripts with their items (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE production_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_item USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
ALTER TABLE production_task ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_task USING (
    (SELECT nguon_everywhere()) OR item_id IN (SELECT id FROM production_item)
) WITH CHECK (true);
ALTER TABLE production_script ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_script USING (
    (SELECT nguon_everywhere()) OR item_id IN (SELECT id FROM production_item)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON production_script;
ALTER TABLE production_script DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON production_task;
ALTER TABLE production_task DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON production_item;
ALTER TABLE production_item DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("production", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
