"""What is approved for a province or the country is read in every commune of it (docs/adr/015)."""

from django.db import migrations

RECEIVED = """
CREATE OR REPLACE VIEW bulletins_received AS SELECT r.bulletin_id
    FROM bulletins_target t JOIN bulletins_revision r ON r.id = t.revision_id
    WHERE r.submitted_at IS NOT NULL AND t.area::text <@ (SELECT nguon_reach())
    UNION ALL SELECT r.bulletin_id
    FROM bulletins_target t JOIN bulletins_revision r ON r.id = t.revision_id
        JOIN bulletins_bulletin b ON b.id = r.bulletin_id
    WHERE t.area = ANY ((SELECT nguon_above())::text[]) AND t.area::text !~ '^[^.]+[.][^.]+[.]' AND b.state IN ('approved', 'withdrawn')
        AND r.submitted_at IS NOT NULL;
"""
BEFORE = """
CREATE OR REPLACE VIEW bulletins_received AS SELECT r.bulletin_id
    FROM bulletins_target t JOIN bulletins_revision r ON r.id = t.revision_id
    WHERE r.submitted_at IS NOT NULL AND t.area::text <@ (SELECT nguon_reach());
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0017_recordings_of_versions")]
    operations = [migrations.RunSQL(RECEIVED, BEFORE)]
