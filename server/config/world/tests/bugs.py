"""Agents with one planted fault each, to see that the judge of the world catches it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from nguon_device.agent import Agent
from nguon_device.ports import NeverMuted
from nguon_device.timekeeping import DeviceClock
from nguon_protocol import envelope
from nguon_protocol.acceptance import Accepted, DeviceState, Refused
from nguon_protocol.counters import Counter
from nguon_protocol.documents import PARSERS, Order, Plan, Policy, Release, Urgent
from nguon_protocol.errors import ProtocolError
from nguon_protocol.player import Level

Make = Callable[..., Agent]


def agent(plant: Callable[[Agent], None]) -> Make:
    """This function will give a maker of agents that carry the fault."""

    def make(*given: Any) -> Agent:
        made = Agent(*given)
        plant(made)
        return made

    make.__doc__ = plant.__doc__
    return make


def _forgiving(made: Agent, reasons: frozenset[str], **changes: Any) -> None:
    """Obey what was refused for one of the reasons, as if it had been accepted."""
    judge = made.desk.accept

    def accept(text: Any, state: DeviceState, *rest: Any) -> Any:
        found = judge(text, replace(state, **changes), *rest)
        return _obeyed(text) or found if isinstance(found, Refused) and found.reason in reasons else found

    made.desk.accept = accept


def _obeyed(text: str | bytes) -> Accepted | None:
    try:
        parsed = envelope.parse(text)
        kind = parsed.payload_type.removeprefix("application/vnd.loa.").removesuffix(".v1+json")
        document = PARSERS[kind](parsed.payload)
    except (ProtocolError, KeyError):
        return None
    if not isinstance(document, Plan | Order | Urgent):
        return None
    counter = Counter(document.epoch, document.v, parsed.sha256, 1)
    return Accepted(kind, document, parsed.sha256, counter=counter)


def obeys_strangers(made: Agent) -> None:
    """Obey what nobody signed, once a bit has changed on the way."""
    _forgiving(made, frozenset({"threshold"}))


def obeys_for_others(made: Agent) -> None:
    """Obey what is meant for another place."""
    _forgiving(made, frozenset({"target"}))


def obeys_the_past(made: Agent) -> None:
    """Obey an older document when it comes again."""
    _forgiving(made, frozenset({"rollback"}))


def plays_rot(made: Agent) -> None:
    """Sound a stored file without looking at it again."""
    made._ports.shelf.still_whole = lambda sha256: True  # type: ignore[method-assign]


def forgets_what_has_sounded(made: Agent) -> None:
    """Know nothing after a reboot of what has sounded."""
    made.stage._ended.clear()
    made.stage.recover = lambda: None  # type: ignore[method-assign]


def ignores_expiry(made: Agent) -> None:
    """Begin whatever there is, however late."""
    usual = made.stage.set_cues
    made.stage.set_cues = lambda cues: usual(  # type: ignore[method-assign]
        [replace(one, latest_ms=one.latest_ms + 864_000_000) for one in cues]
    )


def ignores_cancels(made: Agent) -> None:
    """Take cancels in and do nothing about them."""
    made.stage.cancel = lambda items: None  # type: ignore[method-assign]


def ignores_stops(made: Agent) -> None:
    """Take stops in and do nothing about them."""
    made.stage.stop = lambda *given: None  # type: ignore[method-assign]


def _policy(made: Agent, **changes: Any) -> None:
    usual = made.stage._policy

    def policy() -> Policy:
        return replace(usual(), **changes)

    made.stage._policy = policy


def ignores_quiet_hours(made: Agent) -> None:
    """Sound at any hour."""
    _policy(made, quiet=())


def ignores_volume(made: Agent) -> None:
    """Sound louder than the root allows."""
    _policy(made, volume_max=100)
    usual = made.stage.set_cues
    made.stage.set_cues = lambda cues: usual(  # type: ignore[method-assign]
        [replace(one, item=replace(one.item, volume=100)) for one in cues]
    )


def ignores_minutes(made: Agent) -> None:
    """Sound all day long."""
    _policy(made, minutes_per_day=1440)


def skips_numbers(made: Agent) -> None:
    """Leave out every tenth number of the receipts."""
    usual = made.reports.add

    def add(event: str, **fields: Any) -> None:
        if made.reports._n % 10 == 9:
            made.reports._n += 1
        usual(event, **fields)

    made.reports.add = add  # type: ignore[method-assign]


def forgets_the_chain(made: Agent) -> None:
    """Go on counting from memory after the journal has failed."""
    made.reports.reload = lambda: None  # type: ignore[method-assign]


def believes_the_wall(*given: Any) -> Agent:
    """Take a wall clock that stood still while the power was off for one with a battery."""
    given[0].timer.battery = True
    return Agent(*given)


def never_looks_again(made: Agent) -> None:
    """Ask for a beacon once a day."""
    made.desk._poll_s = 86_400.0
    made.desk.bell = lambda *given, **named: None  # type: ignore[method-assign]


def chokes(made: Agent) -> None:
    """Raise at a document that is refused."""

    def refuse(*given: Any) -> None:
        raise RuntimeError("refused")

    made.desk._refuse = refuse  # type: ignore[method-assign,assignment]


def tears_transactions(made: Agent) -> None:
    """Commit each statement for itself."""

    @contextmanager
    def transaction() -> Iterator[None]:
        yield

    made._store.transaction = transaction  # type: ignore[method-assign]


def loses_counters(made: Agent) -> None:
    """Keep the counters in memory alone."""
    made._store.put_counter = lambda *given: None  # type: ignore[method-assign]


def believes_the_server_alone(made: Agent) -> None:
    """Raise an alert that only the server's keys signed."""
    _forgiving(made, frozenset({"threshold"}))


def obeys_old_roots(made: Agent) -> None:
    """Take whatever root comes, whatever its number."""
    judge = made.desk.accept

    def accept(text: Any, state: DeviceState, *rest: Any) -> Any:
        found = judge(text, state, *rest)
        if isinstance(found, Refused) and (found.type, found.reason) == ("root", "rollback"):
            parsed = envelope.parse(text)
            return Accepted("root", PARSERS["root"](parsed.payload), parsed.sha256)
        return found

    made.desk.accept = accept


def lets_alerts_wait(made: Agent) -> None:
    """Give an alert the place of a bulletin."""
    usual = made.stage.set_cues
    made.stage.set_cues = lambda cues: usual(  # type: ignore[method-assign]
        [replace(one, level=Level.PLAN, item=replace(one.item, priority=3)) for one in cues]
    )


def ignores_the_mute_switch(made: Agent) -> None:
    """Sound although whoever stands there has muted it."""
    made.stage._ports = replace(made._ports, mute=NeverMuted())


def leaves_inputs_open(made: Agent) -> None:
    """Never shut an input again."""
    made.inputs._end = lambda *given: None  # type: ignore[method-assign]


def lets_inputs_shout(made: Agent) -> None:
    """Open an input louder than the root allows."""
    usual = made.inputs.step

    def step(*, busy: bool, muted: bool, volume_max: int) -> float:
        return usual(busy=busy, muted=muted, volume_max=100)

    made.inputs.step = step  # type: ignore[method-assign]


def opens_inputs_into_bulletins(made: Agent) -> None:
    """Let an input sound while something else does."""
    usual = made.inputs.step

    def step(*, busy: bool, muted: bool, volume_max: int) -> float:
        return usual(busy=False, muted=muted, volume_max=volume_max)

    made.inputs.step = step  # type: ignore[method-assign]


def lets_tests_be_heard(made: Agent) -> None:
    """Sound a test that nobody is to hear."""
    made.stage._volume_of = lambda cue: min(cue.item.volume, 50)  # type: ignore[method-assign]


class _Believing(DeviceClock):
    @property
    def believed(self) -> bool:
        return True


def sounds_without_the_time(made: Agent) -> None:
    """Believe any clock at once."""
    made.clock.__class__ = _Believing


def forgets_stops(made: Agent) -> None:
    """Know nothing after a reboot of a stop."""
    made.stage._stopped_ms = -1


def forgets_minutes(made: Agent) -> None:
    """Count the day's minutes anew at every look."""
    made._store.heard_since = lambda since_ms: []  # type: ignore[method-assign]


def plays_early(made: Agent) -> None:
    """Begin half a minute before the instant."""
    usual = made.stage.set_cues
    made.stage.set_cues = lambda cues: usual(  # type: ignore[method-assign]
        [replace(one, start_ms=one.start_ms - 30_000) for one in cues]
    )


def trusts_a_lost_journal(made: Agent) -> None:
    """Go on after a lost journal as if nothing had been heard before."""
    usual = made._store.number
    made._store.number = (  # type: ignore[method-assign]
        lambda key, otherwise=0: otherwise if key == "unknown_ms" else usual(key, otherwise)
    )


def takes_old_plans_after_a_loss(made: Agent) -> None:
    """Begin without floors after a lost journal."""
    made.desk.distrust_before = lambda beacon: None  # type: ignore[method-assign]


def forgets_receipts(made: Agent) -> None:
    """Begin each boot without the receipts that nobody has acknowledged."""
    made._store._db.execute("DELETE FROM receipts")


def sounds_rotten_words(made: Agent) -> None:
    """Begin an alert without looking at the file of its words again."""
    usual = made.stage._still_whole
    made.stage._still_whole = lambda sound: bool(sound.cue.sounds) or usual(sound)  # type: ignore[method-assign]


def tells_less(made: Agent) -> None:
    """Report three seconds less than what was heard."""
    usual = made.reports.add

    def add(event: str, **fields: Any) -> None:
        if fields.get("seconds_ms"):
            fields["seconds_ms"] = max(0, fields["seconds_ms"] - 3000)
        usual(event, **fields)

    made.reports.add = add  # type: ignore[method-assign]


class _Anybody:
    def verify(self, signature: bytes, message: bytes) -> bool:
        return True


def _readers(made: Agent, change: Callable[[Any], None]) -> None:
    """Change the reader of each live session before it takes anything in."""
    usual = made.stage.lives.take

    def take(event: Any) -> None:
        for one in made.stage.lives._sessions.values():
            change(one.reader)
        usual(event)

    made.stage.lives.take = take  # type: ignore[method-assign]


def hears_strangers(made: Agent) -> None:
    """Let anybody speak into a live session."""
    _readers(made, lambda reader: setattr(reader, "_session", _Anybody()))


def hears_it_again(made: Agent) -> None:
    """Sound a part of a live session as often as it comes."""
    _readers(made, lambda reader: setattr(reader, "last", 0))


def waits_for_the_speaker(made: Agent) -> None:
    """Stay with a live session in which nobody speaks any more."""
    made.stage.lives.lost = lambda name: False  # type: ignore[method-assign]


def listens_on(made: Agent) -> None:
    """Stay with a live session after its order has expired."""
    usual = made.stage.set_cues
    made.stage.set_cues = lambda cues: usual(  # type: ignore[method-assign]
        [
            replace(one, latest_ms=one.latest_ms + 900_000, item=replace(one.item, dur_ms=1_800_000))
            if one.live
            else one
            for one in cues
        ]
    )


def ignores_the_ordered_volume(made: Agent) -> None:
    """Take orders of volume in and do nothing about them."""
    made.stage.set_loudest = lambda *given: None  # type: ignore[method-assign]


def _takes_programs(made: Agent, reason: str) -> None:
    """Take a newer program that is refused for this reason."""
    judge = made.desk.accept

    def accept(text: Any, state: DeviceState, *rest: Any) -> Any:
        found = judge(text, state, *rest)
        if not isinstance(found, Refused) or (found.type, found.reason) != ("release", reason):
            return found
        parsed = envelope.parse(text)
        document = Release.parse(parsed.payload)
        counter = Counter(document.epoch, document.v, parsed.sha256, 1)
        return Accepted("release", document, parsed.sha256, counter=counter)

    made.desk.accept = accept


def runs_what_one_signed(made: Agent) -> None:
    """Take a program that one maintainer signed."""
    _takes_programs(made, "threshold")


def goes_back_to_older_programs(made: Agent) -> None:
    """Take a program with a lower number."""
    _takes_programs(made, "rollback")


PLANTED: dict[str, tuple[Make, frozenset[str]]] = {
    one.__name__: (agent(one), frozenset(invariants.split()))
    for one, invariants in (
        (obeys_strangers, "document reach"),
        (plays_rot, "document"),
        (obeys_for_others, "reach"),
        (obeys_the_past, "counters"),
        (forgets_what_has_sounded, "once"),
        (ignores_expiry, "expiry"),
        (ignores_cancels, "cancelled"),
        (ignores_stops, "cancelled"),
        (ignores_quiet_hours, "policy"),
        (ignores_volume, "policy"),
        (ignores_minutes, "policy"),
        (skips_numbers, "receipts"),
        (forgets_the_chain, "receipts agent"),
        (never_looks_again, "desired"),
        (chokes, "agent"),
        (tears_transactions, "receipts agent once"),
        (loses_counters, "counters release"),
        (believes_the_server_alone, "document reach"),
        (obeys_old_roots, "counters"),
        (lets_alerts_wait, "urgent once policy agent"),
        (ignores_the_mute_switch, "mute"),
        (leaves_inputs_open, "expiry cancelled mute policy"),
        (lets_inputs_shout, "policy"),
        (opens_inputs_into_bulletins, "policy"),
        (lets_tests_be_heard, "policy"),
        (sounds_without_the_time, "clock"),
        (forgets_stops, "cancelled counters"),
        (forgets_minutes, "policy"),
        (plays_early, "expiry"),
        (trusts_a_lost_journal, "once"),
        (takes_old_plans_after_a_loss, "counters"),
        (forgets_receipts, "desired"),
        (sounds_rotten_words, "document"),
        (tells_less, "receipts"),
        (hears_strangers, "live"),
        (hears_it_again, "live"),
        (waits_for_the_speaker, "live"),
        (listens_on, "live expiry"),
        (ignores_the_ordered_volume, "policy"),
        (runs_what_one_signed, "document"),
        (goes_back_to_older_programs, "release counters"),
    )
} | {believes_the_wall.__name__: (believes_the_wall, frozenset({"clock"}))}
"""Each fault with the invariants that may be the first to break."""
SEEN_BY = {
    "plays_rot": 2,
    "ignores_cancels": 7,
    "ignores_quiet_hours": 2,
    "ignores_minutes": 7,
    "forgets_the_chain": 12,
    "forgets_minutes": 7,
    "obeys_the_past": 4,
    "obeys_for_others": 2,
    "tears_transactions": 2,
    "loses_counters": 9,
    "obeys_old_roots": 26,
    "sounds_without_the_time": 10,
    "sounds_rotten_words": 27,
    "believes_the_wall": 2,
    "forgets_stops": 92,
    "takes_old_plans_after_a_loss": 450,
    "hears_strangers": 23,
    "hears_it_again": 53,
    "waits_for_the_speaker": 63,
    "listens_on": 23,
    "ignores_the_ordered_volume": 3,
    "runs_what_one_signed": 8,
    "goes_back_to_older_programs": 8,
}
"""The first seed that finds what seed 1 does not; another is looked for when it does so no longer."""
