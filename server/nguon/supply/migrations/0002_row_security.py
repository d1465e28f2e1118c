"""Answers: those of the own areas (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE supply_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON supply_answer USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON supply_answer;
ALTER TABLE supply_answer DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("supply", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
