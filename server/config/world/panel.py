"""What a loudspeaker has beside its output: a mute switch, inputs of its own, and sounds from its maker."""

from collections.abc import Callable, Collection
from pathlib import Path

OWN_SOUNDS = ("siren", "drill")


class Panel:
    """The Mute and Switch ports; `opens` is told what the agent lets sound: the input, volume, until (ms)."""

    def __init__(self, opens: Callable[[str, int, int], None]) -> None:
        self._opens = opens
        self.pressed = False
        self.opened: tuple[str, int, int] | None = None

    def muted(self) -> bool:
        """This function will say whether somebody has pressed the switch."""
        return self.pressed

    def open(self, name: str, volume: int, until_ms: int) -> None:
        """This function will let an input sound."""
        self.opened = (name, volume, until_ms)
        self._opens(name, volume, until_ms)

    def sounds(self, name: str) -> bool:
        """This function will say that what was opened can be heard."""
        return True

    def close(self) -> None:
        """This function will mute every input."""
        self.opened = None


class MakersSounds:
    """The Phrases port: files that were there from the first day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        for name in OWN_SOUNDS:
            self.path(name).write_text(name)

    def names(self) -> Collection[str]:
        """This function will name them."""
        return OWN_SOUNDS

    def path(self, name: str) -> Path:
        """This function will give where one lies."""
        return self._folder / f"{name}.ogg"
