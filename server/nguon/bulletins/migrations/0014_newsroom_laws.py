"""Files and versions stay as submitted; campaigns and templates are read within reach and from above."""

from django.db import migrations

LAWS = """
CREATE TRIGGER bulletins_attachment_fixed BEFORE INSERT OR UPDATE OR DELETE ON bulletins_attachment
    FOR EACH ROW EXECUTE FUNCTION bulletins_target_fixed();
CREATE TRIGGER bulletins_version_fixed BEFORE INSERT OR UPDATE OR DELETE ON bulletins_version
    FOR EACH ROW EXECUTE FUNCTION bulletins_target_fixed();

ALTER TABLE bulletins_attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_attachment USING (
    (SELECT nguon_everywhere()) OR EXISTS (SELECT 1 FROM bulletins_revision r WHERE r.id = revision_id)
) WITH CHECK (true);
ALTER TABLE bulletins_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_version USING (
    (SELECT nguon_everywhere()) OR EXISTS (SELECT 1 FROM bulletins_revision r WHERE r.id = revision_id)
) WITH CHECK (true);
ALTER TABLE bulletins_campaign ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_campaign USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
    OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
ALTER TABLE bulletins_template ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_template USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
    OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
"""
UNDO = "".join(
    f"DROP POLICY within_reach ON bulletins_{name}; ALTER TABLE bulletins_{name} DISABLE ROW LEVEL SECURITY;"
    for name in ("attachment", "version", "campaign", "template")
) + "".join(f"DROP TRIGGER bulletins_{name}_fixed ON bulletins_{name};" for name in ("attachment", "version"))


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0013_newsroom"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(LAWS, UNDO)]
