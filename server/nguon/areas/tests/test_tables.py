from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from nguon.areas.database.tables import CreateModels

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
