"""Alerts: the own ones, and those of the own areas and what is around them (docs/adr/015)."""

from django.db import migrations

RULES = """
CREATE VIEW alerts_near AS SELECT alert_id FROM alerts_target
    WHERE area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[]);

ALTER TABLE alerts_alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON alerts_alert USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (SELECT true FROM alerts_near n WHERE n.alert_id = alerts_alert.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON alerts_alert;
ALTER TABLE alerts_alert DISABLE ROW LEVEL SECURITY;
DROP VIEW alerts_near;
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
