"""Laws of the second approval: it names the first approver and the author truly, and is never changed."""

from typing import ClassVar

from django.db import migrations

LAWS = """
CREATE TRIGGER bulletins_secondapproval_fixed BEFORE UPDATE OR DELETE ON bulletins_secondapproval
    FOR EACH ROW EXECUTE FUNCTION bulletins_decided();
ALTER TABLE bulletins_secondapproval ADD CONSTRAINT second_approval_names_the_author
    FOREIGN KEY (revision_id, author_id) REFERENCES bulletins_revision (id, author_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE bulletins_secondapproval ADD CONSTRAINT second_approval_names_the_first
    FOREIGN KEY (revision_id, first_by_id) REFERENCES bulletins_approval (revision_id, by_id)
    DEFERRABLE INITIALLY IMMEDIATE;
"""
UNDO = """
ALTER TABLE bulletins_secondapproval DROP CONSTRAINT second_approval_names_the_first;
ALTER TABLE bulletins_secondapproval DROP CONSTRAINT second_approval_names_the_author;
DROP TRIGGER bulletins_secondapproval_fixed ON bulletins_secondapproval;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("bulletins", "0004_second_approval")]
    operations = [migrations.RunSQL(LAWS, UNDO)]
