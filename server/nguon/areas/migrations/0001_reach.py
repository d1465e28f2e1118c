"""What row security asks: how far the work under way reaches (nguon.areas.reach)."""

from django.db import migrations

# A text that is no list of ranges is an error and not an empty reach: both let nothing out.
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
"""
UNDO = """
DROP FUNCTION nguon_person(), nguon_reach(), nguon_above(), nguon_everywhere(), nguon_entering();
DROP TYPE nguon_area_range;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL(REACH, UNDO)]
