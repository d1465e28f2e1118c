"""The signed documents: typed values that build bodies, and parsers that refuse."""

from collections.abc import Callable, Mapping

from nguon_protocol.documents.beacon import Ack, Beacon, Latest
from nguon_protocol.documents.common import Document, Item, Media, parse_body
from nguon_protocol.documents.live import Live
from nguon_protocol.documents.opening import Input
from nguon_protocol.documents.order import Loudness, Order
from nguon_protocol.documents.plan import Plan, PlanItem
from nguon_protocol.documents.release import Release
from nguon_protocol.documents.root import Policy, Role, Root
from nguon_protocol.documents.urgent import Drill, Urgent

PARSERS: Mapping[str, Callable[[bytes], Document]] = {
    "root": Root.parse,
    "plan": Plan.parse,
    "order": Order.parse,
    "urgent": Urgent.parse,
    "drill": Drill.parse,
    "input": Input.parse,
    "beacon": Beacon.parse,
    "release": Release.parse,
}

__all__ = [
    "PARSERS",
    "Ack",
    "Beacon",
    "Document",
    "Drill",
    "Input",
    "Item",
    "Latest",
    "Live",
    "Loudness",
    "Media",
    "Order",
    "Plan",
    "PlanItem",
    "Policy",
    "Release",
    "Role",
    "Root",
    "Urgent",
    "parse_body",
]
