"""A device's memory of what it accepted, driven at random: laws that hold after every step."""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from nguon_protocol import targets
from nguon_protocol.acceptance import FUTURE_S, REASONS, Accepted, DeviceState, Refused, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import Counter, counted_by
from nguon_protocol.documents import Order, Plan, Role, Root
from nguon_protocol.tests import cast

MEANT = (cast.COMMUNE,) * 6
TARGETS = (*MEANT, cast.AREA, f"g/{cast.GROUP}", f"d/{cast.DEVICE}", "vn.5", "vn.5.121", "vn")
SIGNERS = (*(cast.SERVER,) * 6, cast.SERVER_P256, cast.DUTY, cast.STRANGER, cast.PEOPLE[0])
Saved = tuple[dict[tuple[str, str], Counter], Root]


class Device(RuleBasedStateMachine):
    """What a device keeps is `state`; a power cut may lose the last step, and nothing before it."""

    documents = Bundle("documents")

    def __init__(self) -> None:
        super().__init__()
        self.state: DeviceState = cast.a_device()
        self.now = cast.NOON
        self.clock = ClockState.SYNCED
        self.best: dict[tuple[str, str], tuple[int, int]] = {}
        self.acted: set[str] = set()

    @rule(
        target=documents,
        kind=st.sampled_from(("plan", "play", "stop")),
        where=st.sampled_from(TARGETS),
        v=st.integers(1, 70),
        epoch=st.sampled_from((1, 1, 1, 1, 2, 4)),
        issued=st.sampled_from((-2000, -500, 0, 0, 0, 200, 301, 1000)),
        signer=st.sampled_from(SIGNERS),
    )
    def write(self, kind: str, where: str, v: int, epoch: int, issued: int, signer: Any) -> Any:
        changes = {"target": where, "v": v, "epoch": epoch, "issued": self.now + issued}
        if kind == "plan":
            document: Plan | Order = cast.a_plan(**changes)
        else:
            make = cast.an_order if kind == "play" else cast.a_stop
            document = make(**changes, expires=self.now + issued + 900)
        return document, signer, cast.signed(document, signer)

    @rule(target=documents, one=documents, at=st.integers(0, 10_000), bit=st.integers(0, 6))
    def spoil(self, one: Any, at: int, bit: int) -> Any:
        data = bytearray(one[2].encode())
        data[at % len(data)] ^= 1 << bit
        return multiple((None, None, data.decode("utf-8", "replace")))

    @rule(one=documents)
    def hear(self, one: Any) -> None:
        document, signer, text = one
        found = accept(text, self.state, self.now, self.clock)
        if isinstance(found, Refused):
            assert found.reason in REASONS
            return
        if document is None:
            document, signer = found.document, None  # a bit that does not matter, in the hint of the key
        self._was_right(found, document, signer)
        if found.changed and found.counter is not None:
            name = counted_by(found.type, document.target, document.v)
            self.state = replace(self.state, counters=dict(self.state.counters) | {name: found.counter})
            assert found.sha256 not in self.acted, "one document was obeyed twice"
            self.acted.add(found.sha256)

    def _was_right(self, found: Accepted, document: Any, signer: Any) -> None:
        state, server = self.state, self.state.root.roles["server"]
        assert found.document == document
        assert targets.covers(document.target, state.area, state.groups, state.device)
        assert targets.is_commune_or_narrower(document.target)
        assert document.epoch in {role.epoch for role in state.root.roles.values()}
        if signer is not None:
            kids = {*server.kids, *(state.root.roles["duty"].kids if found.type == "order" else ())}
            assert signer.public.kid in kids
        if isinstance(document, Plan) or document.action != "stop":
            assert self.clock is not ClockState.UNKNOWN
            assert document.issued <= self.now + FUTURE_S
            assert self.now <= document.expires

    @rule(one=documents)
    def hear_and_lose_power_before_it_is_kept(self, one: Any) -> None:
        before = self.state
        accept(one[2], self.state, self.now, self.clock)
        assert self.state == before, "judging changes nothing"

    @rule(seconds=st.integers(1, 300))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule(
        clock=st.sampled_from((ClockState.SYNCED, ClockState.SYNCED, ClockState.HOLDOVER, ClockState.UNKNOWN))
    )
    def trust(self, clock: ClockState) -> None:
        self.clock = clock

    @rule(skip=st.integers(0, 2), by=st.integers(0, 3), raise_epoch=st.booleans())
    def offer_root(self, skip: int, by: int, raise_epoch: bool) -> None:
        old = self.state.root
        server = old.roles["server"]
        roles = dict(old.roles) | {"server": Role(1, server.kids, server.epoch + int(raise_epoch))}
        root = replace(old, v=old.v + skip, roles=roles)
        text = cast.signed(root, *(cast.PEOPLE[:by] or [cast.STRANGER]))
        found = accept(text, self.state, self.now, self.clock)
        if isinstance(found, Accepted) and found.changed:
            assert (skip, by >= 2) == (1, True)
            self.state = replace(self.state, root=root, root_sha256=found.sha256)
        elif isinstance(found, Refused):
            assert skip != 1 or by < 2

    @invariant()
    def counters_never_fall(self) -> None:
        for name, counter in self.state.counters.items():
            assert (counter.epoch, counter.v) >= self.best.get(name, (0, 0))
            self.best[name] = (counter.epoch, counter.v)


TestDevice = Device.TestCase
TestDevice.settings = settings(max_examples=150, stateful_step_count=50)
