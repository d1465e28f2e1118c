"""Each pole that is there has the box that it has; who sees the pole sees its boxes and pictures."""

from django.db import migrations

OF_POLE = ("fitting", "photo")
BOXES = """
INSERT INTO devices_fitting (line_id, serial, device_id, since, reason)
SELECT id, serial, device_id, made_at, '' FROM devices_registered;
"""
RULES = "".join(
    f"""
ALTER TABLE devices_{name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_{name} USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_registered r WHERE r.id = devices_{name}.line_id LIMIT 1)
) WITH CHECK (true);
"""
    for name in OF_POLE
)
UNDO = "".join(
    f"DROP POLICY within_reach ON devices_{name}; ALTER TABLE devices_{name} DISABLE ROW LEVEL SECURITY;"
    for name in OF_POLE
)


class Migration(migrations.Migration):
    dependencies = [("devices", "0011_poles")]
    operations = [
        migrations.RunSQL(BOXES, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, UNDO),
    ]
