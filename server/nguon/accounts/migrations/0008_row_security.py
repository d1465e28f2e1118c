"""People and their roles: those of the own areas, those above them, and oneself (docs/adr/015)."""

from django.db import migrations

# The view belongs to the owner of the tables, so that the policies may look at all roles without end.
RULES = """
CREATE VIEW accounts_near AS SELECT user_id FROM accounts_roleassignment
    WHERE area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[]);

ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_user USING (
    (SELECT nguon_everywhere()) OR id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_near n WHERE n.user_id = accounts_user.id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE accounts_roleassignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_roleassignment USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR area::text <@ (SELECT nguon_reach())
    OR (SELECT true FROM accounts_near n WHERE n.user_id = accounts_roleassignment.user_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON accounts_user;
ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON accounts_roleassignment;
ALTER TABLE accounts_roleassignment DISABLE ROW LEVEL SECURITY;
DROP VIEW accounts_near;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_signing_in"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
