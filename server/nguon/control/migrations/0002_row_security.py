"""What was told, drilled and must be calm: that of the own areas (docs/adr/015)."""

from django.db import migrations

WITH_AREA = ("command", "drill", "calm")
RULES = (
    "".join(
        f"""
ALTER TABLE control_{name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON control_{name} USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
        for name in WITH_AREA
    )
    + """
ALTER TABLE control_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON control_setting USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = control_setting.device_id LIMIT 1)
) WITH CHECK (true);
"""
)
UNDO = "".join(
    f"DROP POLICY within_reach ON control_{name}; ALTER TABLE control_{name} DISABLE ROW LEVEL SECURITY;"
    for name in (*WITH_AREA, "setting")
)


class Migration(migrations.Migration):
    dependencies = [("control", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
