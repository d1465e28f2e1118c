"""The library: that of the own areas and of those around them; what stands beside a script with its item
(docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE production_asset ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_asset USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
ALTER TABLE production_material ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_material USING (
    (SELECT nguon_everywhere()) OR item_id IN (SELECT id FROM production_item)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON production_material;
ALTER TABLE production_material DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON production_asset;
ALTER TABLE production_asset DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("production", "0003_library")]
    operations = [migrations.RunSQL(RULES, UNDO)]
