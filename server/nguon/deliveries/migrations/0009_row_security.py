"""What the loudspeakers of the own areas proved, and who made them silent (docs/adr/015)."""

from django.db import migrations

# The table of loudspeakers has its own policy, which holds inside these too.
RULES = """
ALTER TABLE deliveries_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON deliveries_delivery USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = deliveries_delivery.device_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE deliveries_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON deliveries_receipt USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = deliveries_receipt.device_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE deliveries_stop ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON deliveries_stop USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON deliveries_delivery;
ALTER TABLE deliveries_delivery DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON deliveries_receipt;
ALTER TABLE deliveries_receipt DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON deliveries_stop;
ALTER TABLE deliveries_stop DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deliveries", "0008_live"), ("devices", "0009_row_security"), ("areas", "0001_reach"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(RULES, UNDO)]
