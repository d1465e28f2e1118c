"""A connection that tells PostgreSQL the reach of the work before each statement, when it has changed.

What a connection was told belongs to it and not to a request: connections last, are shared by requests one
after the other, and a rollback takes back what was told within the transaction. So before each statement the
present reach is compared with what this connection surely knows. A process that never tells a reach (worker,
dispatcher, gateway, set-up) works as the owner of the tables, whom row security does not bind.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from nguon.areas.reach import NOTHING, Reach, current

_TELL = (
    "SELECT set_config('nguon.person', %s, false), set_config('nguon.areas', %s, false),"
    " set_config('nguon.above', %s, false), set_config('nguon.entering', %s, false),"
    " set_config('nguon.session', %s, false)"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. `BECOME` among its settings names a role to act as whenever a reach is told: the tests
    sign in as the owner and ask as the web.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """This function will begin with a connection that knows nothing for sure."""
        super().__init__(*args, **options)
        self._told: tuple[Reach, bool] | None = None
        self.execute_wrappers.append(self._tell_first)

    def init_connection_state(self) -> None:
        """This function will forget what an earlier connection was told."""
        self._told = None
        super().init_connection_state()

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _tell_first(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        reach = current()
        wanted = (reach or NOTHING, reach is not None)
        # In a failed transaction only its rollback can follow, and nothing can be told.
        if wanted != self._told and self._answers():
            self._tell(*wanted)
            self._told = wanted
        return execute(sql, params, many, context)

    def _answers(self) -> bool:
        return bool(self.connection.info.transaction_status != TransactionStatus.INERROR)

    def _tell(self, reach: Reach, told: bool) -> None:
        role = self.settings_dict.get("BECOME", "")
        become = f"; SET ROLE {role if told else 'NONE'}" if role else ""
        with ClientCursor(self.connection) as cursor:
            cursor.execute(_TELL + become, reach.settings)
