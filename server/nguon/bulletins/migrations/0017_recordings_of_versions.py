"""Recordings in other languages are read by whoever reads their bulletin (docs/adr/015)."""

from django.db import migrations

RULES = """
DROP POLICY within_reach ON audio_upload;
CREATE POLICY within_reach ON audio_upload USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR (SELECT true FROM bulletins_revision r WHERE r.upload_id = audio_upload.id LIMIT 1)
    OR (SELECT true FROM bulletins_version v WHERE v.upload_id = audio_upload.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON audio_upload;
CREATE POLICY within_reach ON audio_upload USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR (SELECT true FROM bulletins_revision r WHERE r.upload_id = audio_upload.id LIMIT 1)
) WITH CHECK (true);
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0016_library"), ("audio", "0005_joined")]
    operations = [migrations.RunSQL(RULES, UNDO)]
