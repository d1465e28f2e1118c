"""How people come in: the own links, keys, sessions and second steps, and those of people in the own areas (docs/adr/015)."""

from django.db import migrations

# Not those of people above, whose names are read (accounts_near). A session opens to whoever has its key;
# who signs in is looked for by a name, a link or a touched key before anybody is known.
RULES = """
CREATE VIEW accounts_within AS SELECT user_id FROM accounts_roleassignment
    WHERE area::text <@ (SELECT nguon_reach());

ALTER TABLE accounts_invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_invitation USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_within n WHERE n.user_id = accounts_invitation.user_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE accounts_passkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_passkey USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_within n WHERE n.user_id = accounts_passkey.user_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE accounts_passkeygrant ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_passkeygrant USING (
    (SELECT nguon_everywhere()) OR (SELECT true FROM accounts_passkey k WHERE k.id = accounts_passkeygrant.passkey_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE accounts_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_session USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR session_key = (SELECT nguon_session())
    OR (SELECT true FROM accounts_within n WHERE n.user_id = accounts_session.user_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE mfa_authenticator ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON mfa_authenticator USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_within n WHERE n.user_id = mfa_authenticator.user_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE socialaccount_socialaccount ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON socialaccount_socialaccount USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_within n WHERE n.user_id = socialaccount_socialaccount.user_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE account_emailaddress ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON account_emailaddress USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_within n WHERE n.user_id = account_emailaddress.user_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON accounts_invitation;
ALTER TABLE accounts_invitation DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON accounts_passkey;
ALTER TABLE accounts_passkey DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON accounts_passkeygrant;
ALTER TABLE accounts_passkeygrant DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON accounts_session;
ALTER TABLE accounts_session DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON mfa_authenticator;
ALTER TABLE mfa_authenticator DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON socialaccount_socialaccount;
ALTER TABLE socialaccount_socialaccount DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON account_emailaddress;
ALTER TABLE account_emailaddress DISABLE ROW LEVEL SECURITY;
DROP VIEW accounts_within;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_row_security"),
        ("areas", "0002_session"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [migrations.RunSQL(RULES, UNDO)]
