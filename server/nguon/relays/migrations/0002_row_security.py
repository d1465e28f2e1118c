"""Stations of the own areas and of those around them; bookings that are heard there (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE relays_source ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON relays_source USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);

CREATE VIEW relays_heard AS SELECT t.booking_id FROM relays_target t WHERE t.area::text <@ (SELECT nguon_reach());

ALTER TABLE relays_booking ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON relays_booking USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (SELECT true FROM relays_heard h WHERE h.booking_id = relays_booking.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON relays_source;
ALTER TABLE relays_source DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON relays_booking;
ALTER TABLE relays_booking DISABLE ROW LEVEL SECURITY;
DROP VIEW relays_heard;
"""


class Migration(migrations.Migration):
    dependencies = [("relays", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
