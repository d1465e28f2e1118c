"""A device's state as JSON, the same in the vectors' file and on the wire to a verifier."""

from typing import Any

from nguon_protocol import envelope
from nguon_protocol.acceptance import DeviceState
from nguon_protocol.counters import Counter, counted_by, type_of
from nguon_protocol.documents import Root
from nguon_protocol.fields import Fields


def to_json(state: DeviceState, root: str) -> dict[str, Any]:
    """Give the state's JSON; `root` is the envelope of its root. `seen` is hex, as 64 bits fit no number."""
    return {
        "device": state.device,
        "area": state.area,
        "groups": sorted(state.groups),
        "model": state.model,
        "nonce": state.nonce,
        "counters": [
            {"type": type_of(kind), "target": target, "epoch": one.epoch, "v": one.v, "sha256": one.sha256}
            | {"seen": f"{one.seen:016x}"}
            for (kind, target), one in state.counters.items()
        ],
        "heard": [list(span) for span in state.heard],
        "root": root,
    }


def from_json(value: object) -> DeviceState:
    """Read a state; ProtocolError when it is none. Its root is one the device obeys already."""
    fields = Fields(value)
    sealed = envelope.parse(fields.text("root", 400_000))
    return DeviceState(
        device=fields.text("device"),
        area=fields.text("area"),
        root=Root.parse(sealed.payload),
        root_sha256=sealed.sha256,
        groups=frozenset(str(one) for one in fields.items("groups")),
        counters=dict(_counter(Fields(one)) for one in fields.items("counters")),
        heard=[(int(start), int(length)) for start, length in fields.items("heard")],
        nonce=fields.text("nonce") if fields.values.get("nonce") is not None else None,
        model=fields.text("model"),
    )


def _counter(fields: Fields) -> tuple[tuple[str, str], Counter]:
    counter = Counter(
        fields.integer("epoch"),
        fields.integer("v"),
        fields.text("sha256"),
        int(fields.hex("seen"), 16),
    )
    return counted_by(fields.text("type"), fields.text("target"), counter.v), counter
