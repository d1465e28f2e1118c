"""Boxes of other makers: those whose bridge may be seen (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE bridges_foreignbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bridges_foreignbox USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = bridges_foreignbox.device_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON bridges_foreignbox;
ALTER TABLE bridges_foreignbox DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("bridges", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
