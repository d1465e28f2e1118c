"""What row security asks: how far the work under way reaches (nguon.areas.reach, docs/adr/015)."""

from django.db import migrations

# A text that is no list of ranges is an error and not an empty reach: both let nothing out. The session is the
# key of the one that is read or written.
REACH = """
CREATE TYPE nguon_area_range AS RANGE (
    subtype = text, collation = "C", multirange_type_name = nguon_areas
);
CREATE FUNCTION nguon_person() RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('nguon.person', true), '')::bigint $$;
CREATE FUNCTION nguon_reach() RETURNS nguon_areas LANGUAGE sql STABLE AS
    $$ SELECT coalesce(nullif(current_setting('nguon.areas', true), ''), '{}')::nguon_areas $$;
CREATE FUNCTION nguon_above() RETURNS text[] LANGUAGE sql STABLE AS
    $$ SELECT coalesce(nullif(current_setting('nguon.above', true), ''), '{}')::text[] $$;
CREATE FUNCTION nguon_everywhere() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT 'vn'::text <@ nguon_reach() $$;
CREATE FUNCTION nguon_entering() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('nguon.entering', true), '') = 'on' $$;
CREATE FUNCTION nguon_session() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('nguon.session', true), '') $$;
"""
UNDO = """
DROP FUNCTION nguon_person(), nguon_reach(), nguon_above(), nguon_everywhere(), nguon_entering(), nguon_session();
DROP TYPE nguon_area_range;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [("areas", "0001_reach"), ("areas", "0002_session")]
    operations = [migrations.RunSQL(REACH, UNDO)]
