"""What the staff pages show, in plain words; templates know these shapes and nothing of tables."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from nguon.console.waves import Cut, Wave
from nguon.deliveries.queries import Attack


@dataclass(frozen=True)
class Tone:
    """How a state is shown: its words, its colour class (live, warn, bad, brand or none) and its icon."""

    label: str
    kind: str = ""
    icon: str = "circle-dot"


@dataclass(frozen=True)
class Sound:
    """A piece of sound to listen to."""

    url: str
    duration_ms: int | None = None
    label: str = ""


@dataclass(frozen=True)
class Now:
    """What a loudspeaker plays at this moment."""

    title: str
    since: datetime
    duration_ms: int
    elapsed_ms: int
    url: str = ""


@dataclass(frozen=True)
class ReceiptLine:
    """One signed receipt in words."""

    key: str
    at: datetime
    device: str
    tone: Tone
    title: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Notice:
    """Something that a duty officer should act on; `kind` is a slug, `count` how often it happened."""

    kind: str
    at: datetime
    tone: str
    title: str
    text: str
    count: int
    url: str


@dataclass(frozen=True)
class SpeakerCard:
    """One loudspeaker on the duty page."""

    id: UUID
    name: str
    place: str
    online: bool
    clock: Tone
    volume: int
    playing: Now | None = None
    next_title: str = ""
    next_at: datetime | None = None
    last: ReceiptLine | None = None
    last_seen_at: datetime | None = None
    recording: Sound | None = None
    unverified: bool = False
    mended: bool = False


@dataclass(frozen=True)
class SpeakerLine:
    """One loudspeaker among many: who it is, and whether it is there."""

    id: UUID
    name: str
    online: bool


@dataclass(frozen=True)
class Tally:
    """How one bulletin fares: how many loudspeakers are in which state."""

    bulletin_id: UUID
    title: str
    at: datetime
    total: int
    played: int
    states: tuple[tuple[Tone, int], ...] = ()
    unverified: int = 0

    @property
    def whole(self) -> bool:
        """This function will say whether every loudspeaker has played it, and proven that it did."""
        return self.total > 0 and self.played == self.total and self.unverified == 0


@dataclass(frozen=True)
class LiveLine:
    """One live session in a list."""

    id: UUID
    title: str
    person: str
    at: datetime
    where: str
    ending: str
    url: str
    relay: bool = False


@dataclass(frozen=True)
class WorkLine:
    """Announced work on loudspeakers."""

    id: UUID
    what: str
    where: str
    reason: str
    responsible: str
    starts_at: datetime
    ends_at: datetime
    now: bool


@dataclass(frozen=True)
class Live:
    """Everything that moves on the duty page."""

    total: int
    online: int
    playing: int
    cards: tuple[SpeakerCard, ...] = ()
    receipts: tuple[ReceiptLine, ...] = ()
    latest: Tally | None = None
    lines: tuple[SpeakerLine, ...] = ()
    hidden: int = 0
    attacks: tuple[Attack, ...] = ()
    notices: tuple[Notice, ...] = ()
    on_air: tuple[LiveLine, ...] = ()
    mended: int = 0
    works: tuple[WorkLine, ...] = ()

    @property
    def lost(self) -> int:
        """This function will count the loudspeakers that have gone silent, those being mended aside."""
        return self.total - self.online - self.mended


@dataclass(frozen=True)
class Chosen:
    """One place, group or loudspeaker chosen in the compose form."""

    target: str
    label: str
    around: str = ""
    count: int = 0
    icon: str = "map-pin"


@dataclass(frozen=True)
class Branch:
    """One row of the tree of places."""

    target: str
    label: str
    around: str = ""
    count: int = 0
    icon: str = "map-pin"
    open_url: str = ""
    chosen: bool = False
    children: tuple["Branch", ...] = ()
    selectable: bool = True


@dataclass(frozen=True)
class Interrupt:
    """One thing that a bulletin would cut into, delay or be cut by, in a sentence."""

    sentence: str
    at: datetime | None = None
    kind: str = "warn"


@dataclass(frozen=True)
class RevisionRow:
    """One bulletin in a list."""

    id: UUID
    url: str
    title: str
    author: str
    where: str
    when: str
    changed_at: datetime
    state: Tone
    urgent: bool = False
    speakers: int | None = None
    duration_ms: int | None = None
    kind: str = ""
    campaign: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a bulletin's life."""

    at: datetime
    sentence: str
    tone: Tone
    detail: str = ""


@dataclass(frozen=True)
class JournalLine:
    """One fact of the journal: what, who, where, and the subject's own history."""

    sequence: int
    fact: Fact
    who: str
    where: str = ""
    subject: str = ""


@dataclass(frozen=True)
class TargetRow:
    """What became of one airing at one loudspeaker."""

    device: str
    device_id: UUID
    place: str
    state: Tone
    detail: str = ""
    started_at: datetime | None = None
    seconds: str = ""
    receipt: int | None = None
    unverified: bool = False


@dataclass(frozen=True)
class AiringView:
    """One planned play and how it went."""

    at: datetime
    immediate: bool
    state: Tone
    tally: Tally
    rows: tuple[TargetRow, ...] = field(default=())
    id: UUID | None = None


@dataclass(frozen=True)
class SoundState:
    """The sound of a draft: being made, to be heard, out of date, failed, or not asked for."""

    url: str = ""
    duration_ms: int | None = None
    filename: str = ""
    poll: str = ""
    problem: str = ""
    stale: bool = False
    fresh: bool = False
    wave: Wave | None = None
    cut: Cut | None = None

    @property
    def busy(self) -> bool:
        """This function will say whether the worker is at it."""
        return bool(self.poll)


@dataclass(frozen=True)
class Fault:
    """One thing that keeps a form from being sent, and where on the page it is."""

    anchor: str
    message: str


@dataclass(frozen=True)
class FileLine:
    """One file beside a bulletin; `size` in bytes."""

    id: UUID
    url: str
    name: str
    size: int
    mime: str

    @property
    def is_image(self) -> bool:
        """This function will say whether it can be shown as a picture."""
        return self.mime.startswith("image/")


@dataclass(frozen=True)
class RevisionView:
    """One bulletin in full."""

    bulletin_id: UUID
    revision_id: UUID
    title: str
    author: str
    state: Tone
    sound: SoundState
    when: str
    speakers: int
    text: str
    spoken_text: str
    summary: str
    topic: str
    essential: str
    priority: str
    urgent: bool
    content_sha256: str
    place: str = ""
    voice: str = ""
    submitted_at: datetime | None = None
    targets: tuple[Chosen, ...] = ()
    instants: tuple[datetime, ...] = ()
    interrupts: tuple[Interrupt, ...] = ()
    may_decide: bool = False
    may_withdraw: bool = False
    may_edit: bool = False
    why_not: str = ""
    signing_problem: str = ""
    moving: bool = False
    kind: str = ""
    carried: str = ""
    heard: bool = True
    facts: tuple[tuple[str, str], ...] = ()
    files: tuple[FileLine, ...] = ()
    tongues: tuple[tuple[str, str, str], ...] = ()
    unverified: int = 0


@dataclass(frozen=True)
class LintRow:
    """One thing about a text: where it stands, how it will be said, why and what to do."""

    number: int
    kind: str
    text: str
    at: int
    length: int
    reading: str
    why: str
    suggestion: str
    told: bool
    taught: bool


@dataclass(frozen=True)
class Lint:
    """What to look at before a loudspeaker says a text, what is only told, and how many there are of each."""

    look: tuple[LintRow, ...] = ()
    told: tuple[LintRow, ...] = ()
    look_count: int = 0
    told_count: int = 0
