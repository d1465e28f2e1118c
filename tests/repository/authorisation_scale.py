"""Who may look at the history of the fleet; with the rest of the table, whole."""

from tests.repository.authorisation import page
from tests.repository.authorisation_release import TABLE as OTHERS

TABLE = [*OTHERS, page("console:fleet_history")]
