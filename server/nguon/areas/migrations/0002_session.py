"""The key of the one session that is read or written (docs/adr/015)."""

from django.db import migrations

RULES = """
CREATE FUNCTION nguon_session() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('nguon.session', true), '') $$;
"""
UNDO = """
DROP FUNCTION nguon_session();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
