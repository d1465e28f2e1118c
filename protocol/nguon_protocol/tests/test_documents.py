"""Every document is read back as it was written, field by field, and every bound lies where it is written."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from nguon_protocol import keys
from nguon_protocol.approvals import approval_challenge, grant_challenge
from nguon_protocol.content import FIELDS, content_hash
from nguon_protocol.documents import (
    PARSERS,
    Ack,
    Beacon,
    Document,
    Drill,
    Input,
    Latest,
    Live,
    Plan,
    PlanItem,
    Policy,
    Release,
    Role,
    Root,
    Urgent,
)
from nguon_protocol.documents.urgent import born
from nguon_protocol.envelope import HolderKey
from nguon_protocol.errors import ProtocolError
from nguon_protocol.tests.cast import (
    COMMUNE,
    DEVICE,
    GROUP,
    NONCE,
    NOON,
    SERVER,
    a_plan,
    a_root,
    a_stop,
    an_item,
    an_order,
)

ID, OTHER = "0b1e1c1e-0000-4000-8000-0000000000b1", "0b1e1c1e-0000-4000-8000-0000000000b2"
NUMBERED: dict[str, Any] = {
    "issued": NOON,
    "expires": NOON + 900,
    "epoch": 3,
    "v": 8,
    "id": ID,
    "target": COMMUNE,
}
ALERT = Urgent(
    **NUMBERED, action="play", sounds=("siren", "flood"), item=an_item(), dur_ms=90_000, repeat=3,
    cancel="cd" * 32, correction="ef" * 32,
)  # fmt: skip
CANCEL = Urgent(**{**NUMBERED, "v": 9, "id": OTHER}, action="cancel", of=ID)
CORRECT = Urgent(
    **{**NUMBERED, "v": 10, "id": OTHER}, action="correct", of=ID, sounds=("sorry",), dur_ms=5, repeat=2
)
BEACON = Beacon(
    issued=NOON, expires=NOON + 300, now=NOON + 1, nonce=NONCE, root_v=2, device=DEVICE,
    latest=(Latest("plan", COMMUNE, 3, 7, "ab" * 32), Latest("release", "pi-4", 1, 2, "cd" * 32)),
    now_ms=(NOON + 1) * 1000 + 5, area=COMMUNE, groups=(GROUP,), ack=Ack(7, "ef" * 32),
)  # fmt: skip
WHOLE: dict[str, Document] = {
    "root": a_root(policy=Policy("UTC", (("21:00", "06:00"), ("12:00", "13:00")), 80, 300), v=3),
    "plan": a_plan(epoch=2, items=(PlanItem(NOON, an_item("a"), 5), PlanItem(NOON + 9, an_item("b")))),
    "empty plan": a_plan(items=()),
    "play": an_order(epoch=2),
    "stop": a_stop(),
    "live": an_order(action="live", item=None, live=Live(SERVER.public, "https://a.vn/live?k=1", 70, 2)),
    "never play": an_order(action="cancel", item=None, items=("a", "b" * 64)),
    "so loud": an_order(action="volume", item=None, volume=70),
    "alert": ALERT,
    "cancel": CANCEL,
    "correction": CORRECT,
    "alert of stored sounds": replace(ALERT, item=None),
    "drill": Drill(
        **NUMBERED, action="play", sounds=("drill", "test"), item=an_item(), dur_ms=60_000, repeat=2
    ),
    "end of a drill": Drill(**NUMBERED, action="cancel", of=OTHER),
    "open": Input(**NUMBERED, action="open", input="fm", dur_ms=60_000, volume=70),
    "close": Input(**NUMBERED, action="close", input="aux"),
    "beacon": BEACON,
    "short beacon": replace(BEACON, now_ms=None, area=None, groups=(), ack=None, latest=()),
    "beacon of a device that sent nothing": replace(BEACON, ack=Ack(0, "")),
    "release": Release(
        issued=NOON, expires=NOON + 9, epoch=2, v=4, model="pi-4", sha256_of_bundle="ab" * 32, size=77
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_written_is_read_back_whole(name: str) -> None:
    one = WHOLE[name]
    back = PARSERS[one.TYPE](one.body())
    assert back == one
    assert (back.body(), back.sha256) == (one.body(), one.sha256)


@pytest.mark.parametrize("name", WHOLE)
def test_a_field_that_is_missing_is_never_made_up(name: str) -> None:
    """A body without one of its fields is refused, or says something else than the whole one."""
    one = WHOLE[name]
    body = json.loads(one.body())
    for field in body:
        less = json.dumps({key: value for key, value in body.items() if key != field}).encode()
        try:
            assert PARSERS[one.TYPE](less) != one, field
        except ProtocolError:
            continue


def read_with(name: str, path: str, value: object) -> Document:
    """Give the document with one value of its body replaced; `path` as in "items.0.late"."""
    body = json.loads(WHOLE[name].body())
    *way, last = [
        int(step) if step.isdecimal() else step for step in path.replace("KID", SERVER.public.kid).split(".")
    ]
    at = body
    for step in way:
        at = at[step]
    at[last] = value
    return PARSERS[WHOLE[name].TYPE](json.dumps(body).encode())


LATEST = [Latest("plan", COMMUNE, 3, 7, "ab" * 32).to_json()]
BOUNDS: list[tuple[str, str, object, object]] = [
    ("plan", "items.0.late", 86_400, 86_401),
    ("plan", "items.0.dur_ms", 6 * 3600 * 1000, 6 * 3600 * 1000 + 1),
    ("plan", "items.0.dur_ms", 1, 0),
    ("plan", "items.0.volume", 100, 101),
    ("plan", "items.0.volume", 0, -1),
    ("plan", "items.0.priority", 3, 4),
    ("plan", "items.0.priority", 1, 0),
    ("plan", "items.0.title", "ễ" * 300, "ễ" * 301),
    ("plan", "items.0.media.bytes", 512 * 1024 * 1024, 512 * 1024 * 1024 + 1),
    ("plan", "items.0.media.bytes", 1, 0),
    ("plan", "items.0.media.mime", "audio/" + "o" * 54, "audio/" + "o" * 55),
    ("root", "policy.volume_max", 100, 101),
    ("root", "policy.volume_max", 0, -1),
    ("root", "policy.minutes_per_day", 1440, 1441),
    ("root", "policy.minutes_per_day", 0, -1),
    ("root", "policy.quiet", [["05:00", "06:00"]] * 8, [["05:00", "06:00"]] * 9),
    ("root", "v", 1, 0),
    ("live", "live.volume", 100, 101),
    ("live", "live.volume", 0, -1),
    ("live", "live.priority", 3, 4),
    ("live", "live.priority", 1, 0),
    ("live", "live.url", "/" + "x" * 499, "/" + "x" * 500),
    ("live", "live.url", "https://a/", "http://a/"),
    ("live", "expires", NOON + 1800, NOON + 1801),
    ("live", "expires", NOON + 1, NOON),
    ("so loud", "volume", 100, 101),
    ("so loud", "volume", 0, -1),
    ("never play", "items", ["x"] * 2000, ["x"] * 2001),
    ("never play", "items", ["x" * 64], ["x" * 65]),
    ("alert", "sounds", ["x"] * 8, ["x"] * 9),
    ("alert", "repeat", 10, 11),
    ("alert", "repeat", 1, 0),
    ("alert", "dur_ms", 1, 0),
    ("alert", "dur_ms", 6 * 3600 * 1000, 6 * 3600 * 1000 + 1),
    ("open", "volume", 100, 101),
    ("open", "volume", 0, -1),
    ("open", "dur_ms", 1, 0),
    ("open", "dur_ms", 6 * 3600 * 1000, 6 * 3600 * 1000 + 1),
    ("beacon", "nonce", "ab" * 32, "ab" * 33),
    ("beacon", "root_v", 1, 0),
    ("beacon", "device", "x" * 64, "x" * 65),
    ("beacon", "latest", LATEST * 1000, LATEST * 1001),
    ("root", "keys.KID.holder", "x" * 100, "x" * 101),
    ("beacon", "groups", ["x" * 64], ["x" * 65]),
    ("beacon", "groups", ["x"] * 200, ["x"] * 201),
    ("beacon", "latest.0.type", "x" * 20, "x" * 21),
    ("beacon", "latest.1.target", "x" * 60, "x" * 61),
    ("release", "bundle.bytes", 512 * 1024 * 1024, 512 * 1024 * 1024 + 1),
    ("release", "bundle.bytes", 1, 0),
    ("release", "model", "x" * 60, "x" * 61),
]


@pytest.mark.parametrize(("name", "path", "good", "bad"), BOUNDS, ids=lambda value: str(value)[:24])
def test_a_bound_belongs_to_what_it_bounds(name: str, path: str, good: object, bad: object) -> None:
    read_with(name, path, good)
    with pytest.raises(ProtocolError):
        read_with(name, path, bad)


def test_a_plan_holds_each_item_once_and_in_the_order_of_their_time() -> None:
    first, second = (PlanItem(NOON + n, an_item("x", n)) for n in range(2))
    assert Plan.parse(a_plan(items=(first, second)).body()).items == (first, second)
    for wrong in ((first, first), (second, first)):
        with pytest.raises(ProtocolError):
            Plan.parse(a_plan(items=wrong).body())


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        *(("open", field, None) for field in ("dur_ms", "volume")),
        *(("close", field, 5) for field in ("dur_ms", "volume")),
        *(
            ("root", "policy.quiet", [span])
            for span in (["05:00"], ["05:00", "06:00", "07:00"], "05", ["05:00", 6], [5, "06:00"])
        ),
    ],
)
def test_half_of_what_belongs_together_is_refused(name: str, path: str, value: object) -> None:
    body = json.loads(WHOLE[name].body())
    if value is None:
        del body[path]
    elif path == "policy.quiet":
        body["policy"]["quiet"] = value
    else:
        body[path] = value
    with pytest.raises(ProtocolError):
        PARSERS[WHOLE[name].TYPE](json.dumps(body).encode())


def root_of(count: int) -> Root:
    """Give a root of so many keys, all of one holder, with the two roles that each root has."""
    made = [keys.generate() for _ in range(count)]
    role = Role(1, tuple(one.public.kid for one in made), 1)
    known = {one.public.kid: HolderKey(one.public, "x") for one in made}
    return a_root(keys=known, roles={"root": role, "server": role})


@pytest.mark.parametrize(("count", "good"), [(0, False), (1, True), (64, True), (65, False)])
def test_a_root_has_1_to_64_keys_and_two_roles_at_least(count: int, good: bool) -> None:
    root = root_of(count)
    if good:
        assert Root.parse(root.body()) == root
        return
    with pytest.raises(ProtocolError):
        Root.parse(root.body())


@pytest.mark.parametrize("role", ["urgent", "release"])
def test_no_root_lets_one_holder_sign_an_alert_or_a_release(role: str) -> None:
    usual = a_root()
    two = replace(usual.roles["root"], quorum=2)
    assert Root.parse(replace(usual, roles={**usual.roles, role: two}).body()).roles[role] == two
    with pytest.raises(ProtocolError):
        Root.parse(replace(usual, roles={**usual.roles, role: replace(two, quorum=1)}).body())


@pytest.mark.parametrize(
    "ending",
    [
        (CANCEL,),
        (CORRECT, CANCEL),
        (replace(CANCEL, of=OTHER), CORRECT),
        (CANCEL, replace(CORRECT, target="vn.5.121")),
        (CANCEL, replace(CORRECT, epoch=4)),
        (replace(CANCEL, v=8), CORRECT),
        (replace(CANCEL, v=7), CORRECT),
    ],
)
def test_an_alert_is_born_with_its_own_end_alone(ending: tuple[Urgent, ...]) -> None:
    alert, *own = born(ALERT, (CANCEL, CORRECT))
    assert own == [CANCEL, CORRECT]
    assert (alert.cancel, alert.correction) == (CANCEL.sha256, CORRECT.sha256)
    with pytest.raises(ProtocolError):
        born(ALERT, ending)


def test_a_touch_names_one_decision() -> None:
    """Known answers, for browsers, keys and signers of every version must agree on them for ever."""
    assert approval_challenge("r", "c").hex() == APPROVAL
    assert grant_challenge("p", 7, "c", "k", "approver", "vn.5").hex() == GRANT
    other = [("p2", 7, "c", "k", "approver", "vn.5"), ("p", 8, "c", "k", "approver", "vn.5")]
    other += [("p", 7, "c2", "k", "approver", "vn.5"), ("p", 7, "c", "k2", "approver", "vn.5")]
    other += [("p", 7, "c", "k", "duty", "vn.5"), ("p", 7, "c", "k", "approver", "vn.6")]
    assert len({grant_challenge(*one) for one in other} | {approval_challenge("p|1:7", "c")}) == 7
    assert approval_challenge("r1:", "c") != approval_challenge("r", ":c")


APPROVAL = hashlib.sha256(b"14:LOA-APPROVAL-1|1:r|1:c|").hexdigest()
GRANT = hashlib.sha256(b"11:LOA-GRANT-1|1:p|1:7|1:c|1:k|8:approver|4:vn.5|").hexdigest()


def test_the_hash_of_what_is_approved_is_of_its_canonical_form() -> None:
    said: dict[str, Any] = {name: name for name in FIELDS}
    said |= {"timing": {"mode": "now", "starts_at": None, "rrule": "", "until": None}, "targets": ["b", "a"]}
    canonical = json.dumps({**said, "targets": ["a", "b"]}, sort_keys=True, separators=(",", ":"))
    assert content_hash(said) == hashlib.sha256(canonical.encode()).hexdigest()
