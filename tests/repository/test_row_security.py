"""Every table with areas or names is bound by row security, or says why not (docs/adr/015)."""

import ast

import pytest
from django.apps import apps
from django.db import connection

from tests.repository.test_tables import app_of
from tests.repository.tree import APPS, modules, short, syntax

OPEN = {
    "accounts.PasskeyGrant": "signed words, shown with the keys of people who are listed by their roles",
    "audio.AreaManner": "how an area is spoken to: no text of anybody's",
    "audio.Pronunciation": "how words are read aloud: no people, no drafts",
    "bulletins.Target": "identifiers and areas: no name, no text",
    "devices.Registered": "to come: the register of loudspeakers is young; no people",
    "journal.Scope": "numbers and areas: what a fact says stands in the fact",
    "live.Target": "identifiers and areas: no name, no sound",
    "organisations.Agency": "institutions, no people",
    "organisations.Facility": "institutions, no people",
    "organisations.Place": "the map is everybody's",
    "organisations.PlaceVersion": "the map is everybody's",
    "staff.Post": "to come: the register of staff is young",
}
# Where the web looks further than its person may, and why (nguon.areas.reach.everything).
PASSES = {
    "accounts/actions/leaving.py": "nobody sees another's drafts, also not to hand them on",
    "accounts/actions/people.py": "a new account has no role yet",
    "accounts/queries.py": "a user name that somebody of another area has is taken",
    "bulletins/queries.py": "how many plans name a group",
    "devices/actions/joining.py": "a box that joined elsewhere is no new one",
    "gateway/views/asking.py": "a loudspeaker proves itself by its key",
    "organisations/actions/changes.py": "all that hangs on an area moves",
}


@pytest.mark.django_db
def test_a_table_with_an_area_is_bound_or_says_why_not() -> None:
    scoped = {
        model._meta.db_table: model._meta.label
        for model in apps.get_models()
        if app_of(model) and any(field.name == "area" for field in model._meta.local_fields)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
            " WHERE relrowsecurity AND polname = 'within_reach'"
        )
        bound = {name for (name,) in cursor.fetchall()}
    assert {label for table, label in scoped.items() if table not in bound} == set(OPEN)
    assert {"accounts_user", "bulletins_revision", "journal_entry", "deliveries_receipt"} <= bound


def test_each_look_past_the_reach_is_named() -> None:
    users = {
        short(path).removeprefix("server/nguon/")
        for path in modules()
        if APPS in path.parents and "tests" not in path.parts
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "nguon.areas.reach"
        and any(name.name in {"everything", "EVERYTHING"} for name in node.names)
    }
    assert users == set(PASSES)
