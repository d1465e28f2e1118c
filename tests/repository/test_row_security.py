"""Every table with areas or names is bound by row security, or says why not (docs/adr/015)."""

import ast

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from nguon.accounts.models import User
from tests.repository.test_tables import app_of
from tests.repository.tree import APPS, modules, short, syntax

OPEN = {
    "alerts.Message": "identifiers and instants: numbers stand with the staff",
    "alerts.Signature": "identifiers and instants: names stand in the accounts",
    "alerts.Step": "identifiers and instants of what everybody heard",
    "alerts.Target": "identifiers and areas: no name, no text",
    "alerts.Template": "words for emergencies, made to be heard by everybody",
    "accounts.User_groups": "always empty: rights are roles in areas",
    "accounts.User_user_permissions": "always empty: rights are roles in areas",
    "audio.Joined": "hashes of sounds in their order",
    "audio.Media": "hashes and lengths: a sound is found by a hash that its bulletin tells",
    "audio.Rendering": "nobody's: a text spoken once for all who ask; its revision tells the id",
    "bridges.Waiver": "a document of a province, by its number and day",
    "broadcasts.Airing": "identifiers and instants; what plays stands in the revision",
    "broadcasts.DayOff": "names of days",
    "broadcasts.HourRule": "how much may be broadcast in an area: everybody may know",
    "broadcasts.Programme": "when a programme was changed: identifiers",
    "broadcasts.Skip": "identifiers and days",
    "broadcasts.Slot": "identifiers and days; what plays stands in the revision",
    "bulletins.Approval": "identifiers and instants: names stand in the accounts, texts in the revisions",
    "bulletins.Hearing": "identifiers and instants",
    "bulletins.SecondApproval": "identifiers and instants, as of the first",
    "bulletins.ReviewRule": "rules of areas, no text of anybody's",
    "bulletins.Target": "identifiers and areas: no name, no text",
    "bulletins.Withdrawal": "identifiers, instants and a reason that everybody who heard it may know",
    "cap.Aim": "identifiers and areas: what is told stands in the message",
    "cap.Page": "drawn for everybody",
    "cap.Published": "made for everybody",
    "cap.Reference": "identifiers of messages of other systems",
    "control.Answer": "identifiers and what a receipt showed",
    "deliveries.Document": "signed for loudspeakers, which fetch it by its hash",
    "deliveries.ReleasedMedia": "hashes",
    "deliveries.SigningTask": "identifiers: the signer looks for the rest itself",
    "devices.DeviceGroup_devices": "identifiers",
    "journal.Cursor": "how far followers have come",
    "journal.Scope": "numbers and areas: what a fact says stands in the fact",
    "journal.SignedHead": "hashes and signatures, made to be shown",
    "live.Target": "identifiers and areas: no name, no sound",
    "organisations.Agency": "public institutions, and one owns or lies above others in any area",
    "organisations.AgencyStep": "public institutions",
    "organisations.Facility": "public institutions",
    "organisations.FacilityStep": "public institutions",
    "organisations.Headcount": "how many people live in a place: printed in yearbooks",
    "organisations.Place": "the map is everybody's",
    "organisations.PlaceChange": "the map is everybody's",
    "organisations.PlaceCode": "the map is everybody's",
    "organisations.PlaceDescent": "the map is everybody's",
    "organisations.PlaceEdge": "the map is everybody's",
    "organisations.PlaceVersion": "the map is everybody's",
    "organisations.SourceOddity": "the map is everybody's",
    "relays.Approval": "identifiers and instants, as of a bulletin",
    "relays.Piece": "identifiers",
    "relays.Run": "identifiers and instants of what everybody heard",
    "relays.Target": "identifiers and areas: no name, no address",
    "health.Maintenance": "announced work, made to be told to whoever is in or below its area",
    "releases.Turn": "identifiers and what a receipt showed",
    "stations.StationStep": "identifiers and days",
}
# Where the web looks further than its person may, and why (nguon.areas.reach.everything).
PASSES = {
    "notices/actions/pushing.py": "a browser that another person used before changes hands",
    "accounts/actions/invitations.py": "who comes in by a link is signed out elsewhere",
    "accounts/actions/leaving.py": "nobody sees another's drafts, also not to hand them on",
    "accounts/actions/people.py": "a new account has no role yet",
    "accounts/queries.py": "a user name that somebody of another area has is taken",
    "bulletins/queries/__init__.py": "how many plans name a group",
    "cap/api.py": "another system proves itself by its credential",
    "cap/queries/meaning.py": "who decides on an alert may work above the one who looks at it",
    "control/queries.py": "a school across the border hears a loudspeaker as well",
    "devices/actions/hanging.py": "a serial is once in the country",
    "devices/actions/joining.py": "a box that joined elsewhere is no new one",
    "gateway/views/asking.py": "a loudspeaker proves itself by its key",
    "gateway/views/hearing.py": "what is said to all who stand near a loudspeaker",
    "organisations/actions/changes.py": "all that hangs on an area moves",
    "staff/actions/people.py": "somebody new has no post yet",
}


def ours_or_with_a_person(model: type[Model]) -> bool:
    """This function will tell whether a table is ours, or a library's that says something of a person."""
    tied = (field.remote_field for field in model._meta.local_fields if field.remote_field)
    return app_of(model) is not None or any(tie.model is User for tie in tied)


@pytest.mark.django_db
def test_each_table_is_bound_or_says_why_not() -> None:
    tables = {
        model._meta.db_table: model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if ours_or_with_a_person(model)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
            " WHERE relrowsecurity AND polname = 'within_reach'"
        )
        bound = {name for (name,) in cursor.fetchall()}
    assert {label for table, label in tables.items() if table not in bound} == set(OPEN)


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
