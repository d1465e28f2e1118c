"""How words are read and areas are spoken to: in the own areas and around them (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE audio_pronunciation ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON audio_pronunciation USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);

ALTER TABLE audio_areamanner ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON audio_areamanner USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON audio_pronunciation;
ALTER TABLE audio_pronunciation DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON audio_areamanner;
ALTER TABLE audio_areamanner DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("audio", "0002_dictionary_and_manner"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
