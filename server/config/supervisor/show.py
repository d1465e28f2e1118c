"""What `nguon up` shows: one line for each stage, moving while it lasts (plain lines when piped)."""

from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.text import Text


class Show:
    """Lines for people.  A stage is open until it is done; telling something else leaves it open."""

    def __init__(self, file: TextIO | None = None) -> None:
        """This function will write to the file, by default to the terminal's output."""
        self.console = Console(file=file, highlight=False, soft_wrap=True)
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._text = ""

    def tell(self, text: str, style: str = "") -> None:
        """This function will write one line for good."""
        console = self._progress.console if self._progress else self.console
        console.print(Text(text, style=style))

    def stage(self, text: str, done: int = 0, total: int | None = None) -> None:
        """This function will open a stage, or bring the open one further."""
        self._text = text
        if not self.console.is_terminal:
            return
        if self._progress is None:
            self._progress = self._new_progress()
            self._task = self._progress.add_task(text, total=total, count="")
            self._progress.start()
        count = f"{done}/{total}" if total and total > 1 else ""
        self._progress.update(self._task, description=text, completed=done, total=total, count=count)
        self._progress.refresh()

    def refresh(self) -> None:
        """This function will let the open stage move; call it often."""
        if self._progress is not None:
            self._progress.refresh()

    def done(self, text: str = "", *, good: bool = True) -> None:
        """This function will close the open stage with its last text."""
        if not (text or self._text):
            return
        line = Text("✓ " if good else "✗ ", style="green" if good else "red")
        line.append(text or self._text, style="")
        self.close()
        self.console.print(line)

    def close(self) -> None:
        """This function will take away the open stage without a word."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
        self._text = ""

    def _new_progress(self) -> Progress:
        # No refresh thread: processes are forked while this is shown.
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[count]}"),
            console=self.console,
            transient=True,
            auto_refresh=False,
        )
