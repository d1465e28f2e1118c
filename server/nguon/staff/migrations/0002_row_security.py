"""Who works in the own areas, with all posts and courses, and oneself (docs/adr/015)."""

from django.db import migrations

# All posts, also those elsewhere: where a person works now decides who reads the telephone number.
RULES = """
CREATE VIEW staff_within AS SELECT staff_id FROM staff_post WHERE area::text <@ (SELECT nguon_reach());

ALTER TABLE staff_staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON staff_staff USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person())
    OR (SELECT true FROM staff_within n WHERE n.staff_id = staff_staff.id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE staff_post ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON staff_post USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
    OR (SELECT true FROM staff_within n WHERE n.staff_id = staff_post.staff_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE staff_training ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON staff_training USING (
    (SELECT nguon_everywhere()) OR (SELECT true FROM staff_within n WHERE n.staff_id = staff_training.staff_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON staff_staff;
ALTER TABLE staff_staff DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON staff_post;
ALTER TABLE staff_post DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON staff_training;
ALTER TABLE staff_training DISABLE ROW LEVEL SECURITY;
DROP VIEW staff_within;
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("areas", "0001_reach")]
    operations = [migrations.RunSQL(RULES, UNDO)]
