"""Sounds that people brought: the own ones, and those of bulletins that one may read (docs/adr/015)."""

from django.db import migrations

RULES = """
ALTER TABLE audio_upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON audio_upload USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR (SELECT true FROM bulletins_revision r WHERE r.upload_id = audio_upload.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON audio_upload;
ALTER TABLE audio_upload DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0011_row_security"), ("audio", "0003_row_security")]
    operations = [migrations.RunSQL(RULES, UNDO)]
