"""Several changes of an app's tables in one operation of a migration."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.state import ProjectState

Change = CreateModel | FieldOperation | IndexOperation


class Together(Operation):
    """Makes and changes several tables, tells Django of all of it first and then the database.

    Each change on its own makes Django build anew every model that can be reached from it, and from an
    account nearly all can. Together they build once what changed; tables that are only added are added to
    the models that are built: an empty database is ready in a third of the time (docs/adr/023).
    No field, law or index may be changed twice in one of these."""

    category = OperationCategory.MIXED
    serialization_expand_args = ["changes"]

    def __init__(self, changes: Sequence[Change]) -> None:
        """This function will take the changes in the order in which the database makes them."""
        self.changes = changes

    def _made(self) -> set[str]:
        return {change.name_lower for change in self.changes if isinstance(change, CreateModel)}

    def _of_older_tables(self) -> list[Change]:
        """What is not already said by the making of a table."""
        made = self._made()
        return [
            change
            for change in self.changes
            if isinstance(change, CreateModel) or change.model_name_lower not in made
        ]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """This function will add the changes to what is known; changed models are built when asked for."""
        apps = state.__dict__.pop("apps", None)  # Django's cached property
        for change in self.changes:
            change.state_forwards(app_label, state)
        if apps is not None and all(isinstance(change, CreateModel) for change in self._of_older_tables()):
            apps.render_multiple([state.models[app_label, name] for name in sorted(self._made())])
            state.__dict__["apps"] = apps

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """This function will make and change the tables; what ties them is made after the last."""
        for change in self._of_older_tables():
            change.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """This function will take all of it back, the last first."""
        for change in reversed(self._of_older_tables()):
            change.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """This function will say what the operation does, for the output of `migrate`."""
        return f"Make {len(self._made())} tables, {len(self.changes)} changes in all"


class CreateModels(Together):
    """Creates the tables of several models, in any order."""

    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        """This function will take the models as CreateModel describes them, one table each."""
        super().__init__(models)
        self.models = models
