from django.db import connection, models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.state import ProjectState

from nguon.areas.database.tables import CreateModels, Together

PARROTS = CreateModels(
    [
        CreateModel(
            "Egg",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("parrot", models.ForeignKey("areas.Parrot", models.CASCADE)),
            ],
        ),
        CreateModel("Parrot", [("id", models.BigAutoField(primary_key=True))]),
    ]
)


def test_what_is_made_at_once_in_any_order_is_tied_and_can_be_dropped(db: None) -> None:
    before, after = ProjectState(), ProjectState()
    assert not after.apps.get_models()  # and so it is built, as in the middle of many migrations
    PARROTS.state_forwards("areas", after)
    with connection.schema_editor() as editor:
        PARROTS.database_forwards("areas", editor, before, after)
    with connection.cursor() as cursor:
        ties = connection.introspection.get_relations(cursor, "areas_egg")
    assert ties["parrot_id"][1] == "areas_parrot"
    with connection.schema_editor() as editor:
        PARROTS.database_backwards("areas", editor, after, before)
    assert not {"areas_egg", "areas_parrot"} & set(connection.introspection.table_names())


def test_changes_of_an_older_table_go_with_what_is_made_and_are_not_made_twice(db: None) -> None:
    before, after = ProjectState(), ProjectState()
    for state in (before, after):
        assert not state.apps.get_models()
        PARROTS.state_forwards("areas", state)
    nests = Together(
        [
            CreateModel("Nest", [("id", models.BigAutoField(primary_key=True))]),
            AddField("nest", "height", models.FloatField(default=1)),
            AddConstraint("nest", models.CheckConstraint(condition=models.Q(height__gt=0), name="is_high")),
            AddField("egg", "nest", models.ForeignKey("areas.Nest", models.CASCADE)),
            AddIndex("egg", models.Index(fields=["nest", "parrot"], name="egg_lies")),
        ]
    )
    nests.state_forwards("areas", after)
    with connection.schema_editor() as editor:
        PARROTS.database_forwards("areas", editor, ProjectState(), before)
        nests.database_forwards("areas", editor, before, after)
    with connection.cursor() as cursor:
        assert connection.introspection.get_relations(cursor, "areas_egg")["nest_id"][1] == "areas_nest"
        assert "egg_lies" in connection.introspection.get_constraints(cursor, "areas_egg")
        assert "is_high" in connection.introspection.get_constraints(cursor, "areas_nest")
    with connection.schema_editor() as editor:
        nests.database_backwards("areas", editor, after, before)
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "areas_egg")
    assert {column.name for column in columns} == {"id", "parrot_id"}
    assert "areas_nest" not in connection.introspection.table_names()
