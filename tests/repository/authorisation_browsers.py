"""Who may have a browser told at once; with the rest of the table, whole."""

from uuid import UUID

from tests.repository.authorisation import NOBODY, Row, page
from tests.repository.authorisation_scale import TABLE as OTHERS

TABLE = [
    *OTHERS,
    page("console:notices_browser", posts=lambda scene: {"endpoint": "https://push.example/x"}),
    Row(
        "console:notices_browser_end",
        NOBODY,
        names=lambda scene: {"browser_id": UUID(int=0)},
        posts=lambda scene: {},
    ),
    Row(
        "console:notices_browser_try",
        NOBODY,
        names=lambda scene: {"browser_id": UUID(int=0)},
        posts=lambda scene: {},
    ),
]
