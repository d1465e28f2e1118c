"""Messages for the own areas and those around them; senders and authorisations of the same (docs/adr/015)."""

from django.db import migrations

# A warning for the whole province is for its communes too. Of a message that names no known area everybody
# around its sender is told.
AROUND = "area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])"
RULES = f"""
CREATE VIEW cap_meant AS SELECT a.message_id FROM cap_aim a WHERE a.{AROUND.replace("OR area", "OR a.area")};
CREATE VIEW cap_placed AS SELECT a.message_id FROM cap_aim a WHERE a.sure;
CREATE VIEW cap_near AS SELECT s.id FROM cap_sender s WHERE s.{AROUND.replace("OR area", "OR s.area")};

ALTER TABLE cap_received ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_received USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM cap_meant m WHERE m.message_id = cap_received.id LIMIT 1)
    OR (
        NOT EXISTS (SELECT true FROM cap_placed p WHERE p.message_id = cap_received.id)
        AND EXISTS (SELECT true FROM cap_near n WHERE n.id = cap_received.sender_id)
    )
) WITH CHECK (true);

ALTER TABLE cap_sender ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_sender USING (
    (SELECT nguon_everywhere()) OR {AROUND}
    OR EXISTS (SELECT true FROM cap_received r WHERE r.sender_id = cap_sender.id)
) WITH CHECK (true);

ALTER TABLE cap_authorisation ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_authorisation USING (
    (SELECT nguon_everywhere()) OR {AROUND}
) WITH CHECK (true);

ALTER TABLE cap_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_decision USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person()) OR {AROUND}
) WITH CHECK (true);
"""
TABLES = ("cap_received", "cap_sender", "cap_authorisation", "cap_decision")
UNDO = (
    "".join(
        f"DROP POLICY within_reach ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in TABLES
    )
    + "DROP VIEW cap_meant; DROP VIEW cap_placed; DROP VIEW cap_near;"
)


class Migration(migrations.Migration):
    dependencies = [("cap", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
