"""The register of loudspeakers, and boxes that joined (docs/adr/015)."""

from django.db import migrations

# A box that only asks to join is nobody's yet: whoever reads its code vouches for it.
RULES = """
ALTER TABLE devices_registered ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_registered USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE devices_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_claim USING (
    (SELECT nguon_everywhere()) OR device_id IS NULL
    OR (SELECT true FROM devices_device d WHERE d.id = devices_claim.device_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON devices_registered;
ALTER TABLE devices_registered DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON devices_claim;
ALTER TABLE devices_claim DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0009_row_security"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
