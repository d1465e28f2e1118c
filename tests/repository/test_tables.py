"""Tables of different apps are tied in one direction alone: down the line."""

import re
from pathlib import Path

from django.apps import apps
from django.db.models import Model

from tests.repository.tree import line, modules, short


def app_of(model: type[Model]) -> str | None:
    """This function will return the app's folder in server/nguon, or None for a table of a library."""
    first, _, name = apps.get_app_config(model._meta.app_label).name.partition(".")
    return name if first == "nguon" else None


def rank(app: str) -> int:
    return next(number for number, stage in enumerate(line()) if app in stage)


def ties_between_apps() -> list[tuple[str, str, str, str]]:
    """This function will return (app, place of the field, app it points at, related name) of each tie."""
    ties = []
    for model in apps.get_models(include_auto_created=True):
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if field.remote_field is None:
                continue
            app, other = app_of(model), app_of(field.remote_field.model)
            if app is not None and other is not None and app != other:
                back = str(field.remote_field.related_name)
                ties.append((app, f"{model.__name__}.{field.name}", other, back))
    return ties


def test_there_are_ties_to_judge() -> None:
    assert len(ties_between_apps()) > 5


def test_a_table_points_down_the_line() -> None:
    wrong = [
        f"{app}: {name} -> {other}" for app, name, other, _ in ties_between_apps() if rank(other) >= rank(app)
    ]
    assert not wrong


def test_a_table_cannot_be_reached_from_below() -> None:
    wrong = [
        f"{app}: {name} has no related_name='+'"
        for app, name, _, back in ties_between_apps()
        if back[-1:] != "+"
    ]
    assert not wrong


# What hangs on areas and follows when they move (docs/adr/012), and what stays as it was written, and why.
FOLLOWS = {
    "audio.AreaManner",
    "audio.Pronunciation",
    "accounts.RoleAssignment",
    "devices.Device",
    "devices.DeviceGroup",
    "devices.Registered",
    "control.Calm",
    "stations.Covered",
    "stations.Station",
    "broadcasts.Session",
    "bulletins.Bulletin",
    "bulletins.ReviewRule",
    "bulletins.Campaign",
    "bulletins.Template",
    "cap.Authorisation",
    "cap.Sender",
    "organisations.Agency",
    "organisations.Facility",
    "production.Asset",
    "production.Item",
    "relays.Source",
    "staff.Post",
}
STAYS = {
    "alerts.Target",  # what two people signed on its day
    "alerts.Template",  # approved for its area; whoever inherits the land approves the own words
    "accounts.PasskeyGrant",  # signed words
    "broadcasts.Clash",  # a question of its day, with its answer
    "broadcasts.DayOff",  # of the country or a province; a commune's are days of this year
    "broadcasts.HourRule",  # what an authority said of its area
    "broadcasts.Airing",  # goes with its bulletin, which is taken back when its places move
    "cap.Aim",  # where a message of its day was for
    "cap.Decision",  # what was said of its day
    "bulletins.Target",  # a draft's are made anew, a submitted revision's are what was approved
    "supply.Answer",  # what a commune said on its day
    "control.Command",  # an order of its day
    "control.Drill",  # what was seen on its night
    "deliveries.Stop",  # a fact of its day
    "live.Target",  # half an hour of its day
    "health.Maintenance",  # hours of its day
    "health.AreaDay",  # what was heard on its day
    "health.AreaHour",
    "journal.Scope",  # what a fact touched on its day
    "organisations.Place",  # what moves
    "organisations.PlaceVersion",
    "releases.Release",  # for the loudspeakers of its day; the next one is brought anew
    "relays.Target",  # what was approved; its booking is ended
    "bridges.Waiver",  # what a province signed for what it was
}


def test_a_table_with_an_area_follows_the_map_or_says_why_not() -> None:
    scoped = {
        model._meta.label
        for model in apps.get_models()
        if app_of(model) and any(field.name == "area" for field in model._meta.local_fields)
    }
    assert scoped == FOLLOWS | STAYS


def test_what_lies_within_an_area_is_asked_in_one_way() -> None:
    """`area__within` alone is answered by an index beneath row security (nguon.areas)."""
    wrong = [
        short(path)
        for path in modules()
        if re.search(r"area__(i?startswith|contains)", path.read_text(encoding="utf-8"))
        and path != Path(__file__)
    ]
    assert wrong == []
