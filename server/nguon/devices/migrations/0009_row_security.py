"""Loudspeakers and groups: those of the own areas (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE devices_device ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_device USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE devices_devicegroup ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_devicegroup USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON devices_device;
ALTER TABLE devices_device DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON devices_devicegroup;
ALTER TABLE devices_devicegroup DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0008_register"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
