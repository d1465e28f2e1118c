"""A broker that lies: 10,000 envelopes swapped, duplicated, reordered, truncated and delivered to others."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.request import Request, urlopen

import pytest

from nguon.adapters.nats import Pipe
from nguon_device.identity import load_or_make_key
from nguon_protocol import envelope, http_auth, strict_json, targets
from nguon_protocol.errors import ProtocolError
from tests.faults.looking import ask, loudspeakers, played_twice, sounds, wait_for, wait_until_played
from tests.faults.telling import Person
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]

MESSAGES = 10_000
PORTION = 1000
SEED = 20_260_701
Wire = dict[str, Any]


@dataclass
class Storm:
    """What was sent to one loudspeaker: bodies that it must refuse, and messages that are no envelopes."""

    refused: set[str] = field(default_factory=set)
    unreadable: set[bytes] = field(default_factory=set)


def documents(line: Installation) -> list[Wire]:
    """Every signed document of this run, word for word, as the true broker or web carried it."""
    rows = ask(line, "SELECT envelope FROM deliveries_document ORDER BY issued_at, sha256")
    rows += ask(line, "SELECT envelope FROM deliveries_receipt WHERE n <= 5 ORDER BY device_id, n")
    found = [json.loads(row[0]) for row in rows]
    found.append(json.loads((line.data / "signer" / "public" / "root.json").read_text()))
    return found + [beacon(line, device) for device in loudspeakers(line)]


def beacon(line: Installation, device: str) -> Wire:
    path = f"/lsp/v1/beacon?nonce={'ab' * 16}"
    key = load_or_make_key(loudspeakers(line)[device][0])
    header = http_auth.header(key, device, "GET", path, 0, b"")
    asked = Request(line.url + path, headers={"Authorization": header})  # noqa: S310  ours
    with urlopen(asked, timeout=60) as answer:  # noqa: S310
        found: Wire = json.load(answer)
    return found


def flipped(rng: Random, one: Wire, _other: Wire) -> Wire:
    body = bytearray(base64.b64decode(one["payload"]))
    body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    return one | {"payload": base64.b64encode(body).decode()}


def resigned(rng: Random, one: Wire, other: Wire) -> Wire:
    return one | {"signatures": other["signatures"]}


def retyped(rng: Random, one: Wire, other: Wire) -> Wire:
    return one | {"payloadType": other["payloadType"]}


def renamed(rng: Random, one: Wire, _other: Wire) -> Wire:
    signatures = [dict(signature) for signature in one["signatures"]]
    damaged = bytearray(base64.b64decode(signatures[0]["sig"]))
    damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    signatures[0]["sig"] = base64.b64encode(damaged).decode()
    return one | {"signatures": signatures[:1]}


def unchanged(rng: Random, one: Wire, _other: Wire) -> Wire:
    return one


WAYS = (flipped, flipped, resigned, retyped, renamed, unchanged)


def messages(rng: Random, true: list[Wire]) -> Iterator[bytes]:
    """MESSAGES payloads for the broker; truncated ones are cut in the middle of the JSON."""
    for _ in range(MESSAGES):
        one, other = rng.choice(true), rng.choice(true)
        wire = json.dumps({"doc": rng.choice(WAYS)(rng, one, other)}, separators=(",", ":")).encode()
        yield wire[: rng.randrange(1, len(wire))] if rng.random() < 0.1 else wire


def note(storm: Storm, wire: bytes, genuine: set[str], device: str, area: str) -> None:
    """Work out by ourselves whether this loudspeaker must refuse the message, and under which name."""
    try:
        doc = strict_json.dumps(strict_json.parse(wire, 10**6)["doc"])
        parsed = envelope.parse(doc)
    except ProtocolError:
        storm.unreadable.add(wire)
        return
    if hashlib.sha256(doc).hexdigest() not in genuine or not for_it(parsed, device, area):
        storm.refused.add(parsed.sha256)


def for_it(parsed: envelope.Envelope, device: str, area: str) -> bool:
    kind = parsed.payload_type.split(".")[2]
    if kind not in {"plan", "order"}:
        return kind == "root"
    return targets.covers(json.loads(parsed.payload)["target"], area, (), device)


def send(line: Installation, rng: Random, true: list[Wire]) -> dict[str, Storm]:
    """Send everything, in disorder, each to one loudspeaker, and after each portion a mark to each: a broker
    drops what a slow listener has not fetched, and what is dropped cannot be refused."""
    genuine = {hashlib.sha256(strict_json.dumps(one)).hexdigest() for one in true}
    devices = [(device, area) for device, (_, area) in loudspeakers(line).items()]
    storms: dict[str, Storm] = {device: Storm() for device, _ in devices}
    environment = line.running.environment
    with Pipe(environment["NATS_URL"], environment["NGUON_NATS_CREDS"], "evil") as pipe:

        def publish(device: str, wire: bytes) -> None:
            wait_for(lambda: pipe.publish(f"lsp.d.{device}", wire), "the broker")

        for number, wire in enumerate(messages(rng, true), 1):
            device, area = rng.choice(devices)
            note(storms[device], wire, genuine, device, area)
            publish(device, wire)
            if number % PORTION == 0:
                marks = {device: f"mark {number} {device}".encode() for device, _ in devices}
                for device, mark in marks.items():
                    doc = true[0] | {"payload": base64.b64encode(mark).decode()}
                    storms[device].refused.add(hashlib.sha256(mark).hexdigest())
                    publish(device, json.dumps({"doc": doc}).encode())
                wait_for(lambda marks=marks: all_refused(line, marks.values()), every=0.1)  # type: ignore[misc]
    return storms


def all_refused(line: Installation, bodies: Collection[bytes]) -> bool:
    """Whether a receipt for each of these bodies has arrived."""
    sql = "SELECT count(DISTINCT document) FROM deliveries_receipt WHERE document = ANY(%s)"
    names = [hashlib.sha256(body).hexdigest() for body in bodies]
    return bool(ask(line, sql, names)[0][0] == len(names))


def refusals(line: Installation, device: str) -> tuple[Counter[str], set[str]]:
    """The reasons of this loudspeaker's refusals with how often, and the bodies that it refused."""
    sql = "SELECT reason, document FROM deliveries_receipt WHERE event = 'refused' AND device_id = %s"
    rows = ask(line, sql, device)
    return Counter(reason if document else "parse" for reason, document in rows), {row[1] for row in rows}


def strange(line: Installation) -> list[str]:
    """What sounded anywhere without a signed document for that very loudspeaker."""
    rows = ask(line, "SELECT target, items FROM deliveries_document")
    found: list[str] = []
    for device, (folder, area) in loudspeakers(line).items():
        mine = {
            item["id"] for target, items in rows if targets.covers(target, area, (), device) for item in items
        }
        found += [f"{device} {sound['item']}" for sound in sounds(folder) if sound["item"] not in mine]
    return found


def plans(line: Installation) -> dict[str, int]:
    """How many plans were signed for each target so far."""
    sql = "SELECT target, count(*) FROM deliveries_document WHERE type = 'plan' GROUP BY target"
    return dict(ask(line, sql))


def test_a_lying_broker_gets_no_sound_and_every_lie_is_reported(line: Installation, person: Person) -> None:
    tomorrow = float(ask(line, "SELECT extract(epoch FROM now())")[0][0]) + 86_400
    for number in range(3):  # plans of both communes, of which all but the last are old
        before = plans(line)
        person.say("Thử loa.", "07444", "09169", at=tomorrow + 600 * number)
        # One after the other: two bulletins approved together may well share one plan.
        wait_for(
            lambda before=before: len(plans(line).items() - before.items()) >= 2,  # type: ignore[misc]
            f"plan {number + 1} of both communes",
        )
    true = documents(line)
    storms = send(line, Random(SEED), true)
    bulletin = person.say("Thử loa.", "07444", "09169")
    wait_until_played(line, bulletin, 6)
    for device, storm in storms.items():
        wait_for(
            lambda device=device, storm=storm: storm.refused <= refusals(line, device)[1],  # type: ignore[misc]
            f"a receipt of {device} for every refused document",
            every=0.5,
        )
        reasons = refusals(line, device)[0]
        assert reasons["parse"] >= len(storm.unreadable)
        assert {"parse", "type", "threshold", "target", "rollback"} <= set(reasons)
    assert strange(line) == []
    assert played_twice(line) == []
