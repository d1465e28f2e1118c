"""All tables of an app in one operation of a migration."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Creates the tables of several models, in any order.

    Each CreateModel on its own makes Django build anew every model that can be reached from it, and from an
    account nearly all can. Together they build what there is once: an empty database is ready in a third of
    the time (docs/adr/023)."""

    category = OperationCategory.ADDITION
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        """This function will take the models as CreateModel describes them, one table each."""
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """This function will add the models to what is known; they are built when they are asked for."""
        state.__dict__.pop("apps", None)  # Django's cached property
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """This function will make the tables; what ties them to each other is made after the last."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """This function will drop the tables, the last first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """This function will say what the operation does, for the output of `migrate`."""
        return f"Create {len(self.models)} models"
