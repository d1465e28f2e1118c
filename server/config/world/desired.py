"""After 120 s without a fault: is every loudspeaker that is online as the signed documents want it?"""

from config.world.files import Violated
from config.world.machine import Machine
from config.world.place import Place
from nguon_protocol.clocks import ClockState

CLOCK_S = 2.0
ON_THE_WAY_S = 30.0
MAY_REFUSE = frozenset({"quiet", "limit"})


def check(place: Place) -> None:
    """This function will hold every loudspeaker that is on and in reach against the desired state."""
    for machine in place.machines:
        revoked = machine.plate.device in place.office.revoked
        # A newer program has just begun and proves itself first, or failed, and the old one has just begun.
        trying = machine.agent.updater.on_trial or _age_s(machine) < ON_THE_WAY_S
        if machine.on and machine.name not in place.weather.cut_off and not revoked and not trying:
            _documents(place, machine)
            _clock(place, machine)
            _receipts(place, machine)
            _ends(place, machine)


def _age_s(machine: Machine) -> float:
    """Give how long its program has run: nothing but an update has begun it anew without a fault."""
    return machine.agent.clock.now() - machine.agent.clock.began_ms / 1000


def _wrong(machine: Machine, words: str) -> Violated:
    return Violated("desired", f"{machine.name} after 120 s without a fault: {words}")


def _documents(place: Place, machine: Machine) -> None:
    file, device = place.judge.file(machine), place.office.devices[machine.plate.device]
    if file.root.v != place.ceremony.root.v:
        raise _wrong(machine, f"root {file.root.v} instead of {place.ceremony.root.v}")
    refused = machine.agent.desk._refused
    for sha256, (kind, target, action) in place.office.signer.should_have(device).items():
        if kind == "plan" and file.plans.get(target) != sha256:
            raise _wrong(machine, f"not the newest plan of {target} ({sha256[:8]})")
        if kind == "order" and sha256 not in file.accepted and refused.get(sha256) not in MAY_REFUSE:
            raise _wrong(machine, f"an order to {action} for {target} ({sha256[:8]}) is not there")


def _clock(place: Place, machine: Machine) -> None:
    clock = machine.agent.clock
    off = abs(clock.now() - place.work.now)
    if clock.state is not ClockState.SYNCED or off > CLOCK_S:
        raise _wrong(machine, f"clock {clock.state}, {off:.1f} s off")


def _receipts(place: Place, machine: Machine) -> None:
    file = place.judge.file(machine)
    whole = place.office.tables.acknowledged.get(machine.plate.device, 0)
    old = [n for n, at in file.committed_at.items() if n > whole and place.work.now - at > ON_THE_WAY_S]
    if old:
        raise _wrong(machine, f"receipts {old[0]} to {file.chain.n} have not arrived, only up to {whole}")


def _ends(place: Place, machine: Machine) -> None:
    """What has begun and is over has an end; what was due and is over has one too."""
    file, now_ms = place.judge.file(machine), int(place.work.now * 1000)
    sounding = machine.agent.stage.sounding
    opened = machine.agent.inputs.opened
    running = {one for one in (sounding and sounding.item.id, opened) if one}
    for name in file.started - file.ended - running:
        begun = max(
            place.judge.cues[sha][name].item.dur_ms
            for sha in place.judge.cues
            if name in place.judge.cues[sha]
        )
        if not any(
            run.begun_ms + begun > now_ms - 5000
            for key, run in machine.agent.stage._running.items()
            if key == name
        ):
            raise _wrong(machine, f"{name} has begun and has no end")
    for sha256 in file.accepted:
        document = place.judge.cues.get(sha256, {})
        current = sha256 in file.plans.values() or next(iter(document.values()), None) is not None
        for name, cue in document.items():
            over = file.unknown_ms < cue.start_ms and cue.latest_ms + cue.item.dur_ms + 60_000 < now_ms
            if current and over and sha256 in file.plans.values() and name not in file.ended:
                raise _wrong(machine, f"{name}, due long ago, has no end")
