"""The signed documents: typed values that build bodies, and parsers that refuse."""

from nguon_protocol.documents.beacon import Beacon, Latest
from nguon_protocol.documents.common import Document, Item, Media, parse_body
from nguon_protocol.documents.order import Order
from nguon_protocol.documents.plan import Plan, PlanItem
from nguon_protocol.documents.root import Policy, Role, Root

PARSERS = {"root": Root.parse, "plan": Plan.parse, "order": Order.parse, "beacon": Beacon.parse}

__all__ = [
    "PARSERS",
    "Beacon",
    "Document",
    "Item",
    "Latest",
    "Media",
    "Order",
    "Plan",
    "PlanItem",
    "Policy",
    "Role",
    "Root",
    "parse_body",
]
