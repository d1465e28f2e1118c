"""The demo: six loudspeakers in two communes, and one bulletin down the whole line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import StartError
from config.folder import DataFolder
from config.supervisor import line
from config.supervisor.environment import for_speaker
from config.supervisor.job import Result, run_job
from config.supervisor.show import Show
from config.supervisor.supervisor import Supervisor
from config.words import tr


@dataclass(frozen=True)
class Demo:
    """What the demo needs of the run that it is part of."""

    folder: DataFolder
    supervisor: Supervisor
    show: Show
    environment: Mapping[str, str]  # of the application
    server: str  # the address of the web
    ca: Path | None = None  # whose certificates the loudspeakers believe

    @property
    def speakers(self) -> list[Path]:
        """This function will return the data folders of the loudspeakers."""
        return [self.folder.speakers / str(number) for number in range(1, line.SPEAKERS + 1)]

    def start_speakers(self) -> None:
        """This function will start the loudspeakers."""
        environment = for_speaker(self.folder, self.folder.config())
        for number, place in enumerate(self.speakers, start=1):
            place.mkdir(parents=True, exist_ok=True)
            if self.ca is not None:  # the demo's own loudspeakers need nobody to compare fingerprints
                (place / "server-ca.pem").write_bytes(self.ca.read_bytes())
            self.supervisor.add(line.speaker(number, place, self.server, environment))

    def enrol(self, seconds: float) -> None:
        """This function will enrol the loudspeakers with the claim codes that they show, once."""
        waiting = [place for place in self.speakers if not (place / "enrolled").exists()]
        if not waiting:
            return
        total = len(waiting)

        def on_line(text: str) -> None:
            if event := parse_event(text):
                self.show.stage(tr("stage_enrol"), event["done"], total)

        self.show.stage(tr("stage_enrol"), 0, total)
        arguments = ["approve_claims", "--seconds", str(int(seconds)), *map(str, waiting)]
        result = run_job(self.supervisor, arguments, self.environment, on_line=on_line, seconds=seconds + 5)
        must_succeed(result, tr("stage_enrol"))
        for place in waiting:
            (place / "enrolled").touch()
        self.show.done(tr("enrolled", total=total))

    def foreign_box(self, seconds: float) -> None:
        """This function will start a bridge with a made-up box of another maker, let it join and say which
        box it drives, once; what goes wrong with it is told, and hinders nothing."""
        place = self.folder.speakers / "bridge"
        own = place / "boxes" / line.BOX
        own.mkdir(parents=True, exist_ok=True)
        if self.ca is not None:
            (own / "server-ca.pem").write_bytes(self.ca.read_bytes())
        self.supervisor.add(line.bridge(place, self.server, for_speaker(self.folder, self.folder.config())))
        told, seen = place / "made-up.json", place / "told.json"
        self.supervisor.until(told.exists, seconds)
        if told.exists() and seen.exists() and told.read_bytes() == seen.read_bytes():
            return
        arguments = ["demo_bridge", str(place), "--seconds", str(int(seconds))]
        result = run_job(
            self.supervisor, arguments, self.environment, on_line=lambda _text: None, seconds=seconds + 5
        )
        if result.status == 0:
            self.show.tell(tr("foreign_box"), "dim")
        else:
            self.show.tell(
                tr("job_failed", what=tr("foreign_box_failed"), reason=result.words or "…", log=result.log)
            )

    def bulletin(self, seconds: float) -> None:
        """This function will send one demo bulletin and show what each stage does; StartError with the
        reason when not every loudspeaker played it."""
        stages = Stages(self.show)
        self.show.stage(tr("demo_bulletin"))
        arguments = ["demo_bulletin", "--json-lines", "--seconds", str(int(seconds))]
        result = run_job(
            self.supervisor, arguments, self.environment, on_line=stages.line, seconds=seconds + 5
        )
        stages.close()
        last = stages.last
        must_succeed(result, tr("demo_bulletin"), said=last["text"])
        self.show.tell(tr("all_played", done=last["done"], total=last["total"]), "bold green")


class Stages:
    """The events of `demo_bulletin --json-lines`, as stages on the screen.  Two stages may go on at the same
    time (one loudspeaker plays while another still fetches): each is closed once, when it is complete."""

    def __init__(self, show: Show) -> None:
        """This function will show on `show`."""
        self._show = show
        self._latest: dict[str, dict[str, Any]] = {}
        self._closed: set[str] = set()

    def line(self, text: str) -> None:
        """This function will take one line of output; what is no event is left out."""
        event = parse_event(text)
        if event is None or event["stage"] in self._closed:
            return
        self._latest[event["stage"]] = event
        self._show.stage(event["text"], event["done"], event["total"] or None)
        if event["done"] >= event["total"]:
            self._close(event["stage"], good=True)

    def close(self) -> None:
        """This function will close what is still open, as not done."""
        for stage in self._latest:
            if stage not in self._closed:
                self._close(stage, good=False)

    @property
    def last(self) -> dict[str, Any]:
        """This function will return the latest event of the latest stage."""
        return next(reversed(self._latest.values()), {"text": "", "done": 0, "total": 0})

    def _close(self, stage: str, *, good: bool) -> None:
        event = self._latest[stage]
        count = f" {event['done']}/{event['total']}" if event["total"] > 1 else ""
        self._show.done(event["text"] + count, good=good)
        self._closed.add(stage)


def parse_event(text: str) -> dict[str, Any] | None:
    """This function will read {"stage", "text", "done", "total"} from a line, or return None."""
    try:
        event = json.loads(text)
        return {
            "stage": str(event["stage"]),
            "text": str(event.get("text") or ""),
            "done": int(event.get("done") or 0),
            "total": int(event.get("total") or 0),
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def must_succeed(result: Result, what: str, said: str = "") -> None:
    """This function will raise StartError with the reason unless the command ended with status 0."""
    if result.status is None:
        raise StartError(tr("job_late", what=what, reason=said or result.words or "…", log=result.log))
    if result.status != 0:
        reason = result.words.removeprefix("CommandError: ") or said or "?"
        raise StartError(tr("job_failed", what=what, reason=reason, log=result.log))
