"""What can be wrong with a sound, as slugs: the child process has no Django to say it in Vietnamese."""

from __future__ import annotations


class SoundFault(Exception):
    """A sound cannot be used; `code` is one of the slugs that nguon.audio.errors has a sentence for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
