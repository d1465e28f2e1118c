"""Stations of the own areas, with what hangs on them (docs/adr/015)."""

from django.db import migrations

OF_STATION = ("covered", "licence")
RULES = """
ALTER TABLE stations_station ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON stations_station USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
""" + "".join(
    f"""
ALTER TABLE stations_{name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON stations_{name} USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM stations_station s WHERE s.id = stations_{name}.station_id LIMIT 1)
) WITH CHECK (true);
"""
    for name in OF_STATION
)
UNDO = "".join(
    f"DROP POLICY within_reach ON stations_{name}; ALTER TABLE stations_{name} DISABLE ROW LEVEL SECURITY;"
    for name in ("station", *OF_STATION)
)


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
