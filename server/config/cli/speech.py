"""`nguon speech`: how a text is read aloud, how well the reader does on a set of sentences, and the sound.

No running installation is needed: nothing here asks the database.
"""

import json
import os
import re
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import StartError
from config.words import english, tr

app = typer.Typer(add_completion=False, no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help=tr("help_json"))]
LARGEST_SET = 20_000_000  # bytes


@app.command(help=tr("help_speech_read"))
def read(text: Annotated[str, typer.Argument(help=tr("help_speech_text"))], as_json: Json = False) -> None:
    """This function will run `nguon speech read`: the spoken text, and what the lint finds."""
    _django()
    words = _clean(text)
    reading = import_module("nguon.audio.reader").read(words)
    if not any(map(str.isalnum, reading.spoken)):
        raise StartError(str(import_module("nguon.audio.errors").NothingToSpeak()))
    findings = [_finding(words, one) for one in reading.findings]
    if as_json:
        sys.stdout.write(json.dumps({"spoken": reading.spoken, "lint": findings}, ensure_ascii=False) + "\n")
        return
    sys.stdout.write(f"{reading.spoken}\n")
    for one in findings:
        said = f" -> {one['reading']}" if one["reading"] else ""
        mark = " " if one["told"] else "!"
        sys.stdout.write(
            f"{mark} {one['line']}:{one['column']} {one['kind']} “{one['text']}”{said}. {one['why']} "
            f"{one['suggestion']}\n"
        )


@app.command(help=tr("help_speech_check"))
def check(file: Annotated[Path, typer.Argument(help=tr("help_speech_file"))], as_json: Json = False) -> None:
    """This function will run `nguon speech check`: the shares of sentences and words read as expected."""
    rows = _rows(file)
    _django()
    score = import_module("nguon.audio.reader.check").check(rows)
    if as_json:
        fields = ("sentences", "words", "sentences_right", "words_right")
        told = {field: getattr(score, field) for field in fields}
        told["wrong"] = [vars(one) for one in score.wrong]
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    for one in score.wrong:
        sys.stdout.write(f"{one.text}\n  ? {one.expected}\n  = {one.spoken}\n")
    sys.stdout.write(
        tr(
            "speech_score",
            right=score.sentences - len(score.wrong),
            sentences=score.sentences,
            share=f"{score.sentences_right:.1%}",
            words=f"{score.words_right:.1%}",
        )
        + "\n"
    )


@app.command(help=tr("help_speech_render"))
def render(
    text: Annotated[str, typer.Argument(help=tr("help_speech_text"))],
    voice: Annotated[str, typer.Option(help=tr("help_speech_voice"))] = "",
    out: Annotated[Path, typer.Option(help=tr("help_speech_out"))] = Path("speech.ogg"),
    speed: Annotated[int, typer.Option(help=tr("help_speech_speed"))] = 120,
    pause: Annotated[int, typer.Option(help=tr("help_speech_pause"))] = 0,
    jingle: Annotated[str, typer.Option(help=tr("help_speech_jingle"))] = "",
    data: Annotated[Path, typer.Option("--data", help=tr("help_data"))] = Path("data"),
    as_json: Json = False,
) -> None:
    """This function will run `nguon speech render`: the finished sound in a file, and what it took."""
    _check_out(out)
    _django(data)
    begun = time.perf_counter()
    master = _speak(_clean(text), data, voice=voice, speed=speed, pause_ms=pause, jingle=jingle)
    _write(out, master)
    told = {
        "seconds": round(time.perf_counter() - begun, 3),
        "duration": round(master.duration_ms / 1000, 3),
        "loudness_lufs": master.loudness_lufs,
        "true_peak_dbtp": master.true_peak_dbtp,
        "file": str(out),
    }
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(tr("speech_rendered", **told) + "\n")


def _django(data: Path = Path("data")) -> None:
    os.environ["NGUON_DATA"] = str(data.absolute())
    os.environ.setdefault("NGUON_LANGUAGE", "en" if english() else "vi")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import_module("django").setup()  # sentences come through its translations; no database is touched


def _clean(text: str) -> str:
    """What a terminal could not decode must not stop the writing of it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def _finding(text: str, one: Any) -> dict[str, Any]:
    telling = import_module("nguon.audio.reader.telling")
    before = text[: one.at]
    return {
        "kind": str(one.kind),
        "told": one.told,
        "text": one.text,
        "at": one.at,
        "line": before.count("\n") + 1,
        "column": len(before) - (before.rfind("\n") + 1) + 1,
        "reading": one.reading,
        "why": telling.why(one),
        "suggestion": telling.suggestion(one),
    }


def _rows(file: Path) -> list[list[str]]:
    try:
        if file.stat().st_size > LARGEST_SET:
            raise StartError(tr("speech_set_too_large", file=file, limit=LARGEST_SET // 1_000_000))
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise StartError(tr("speech_unreadable", file=file, reason=error.strerror or error)) from None
    except ValueError:  # not UTF-8, or a path with a zero byte
        raise StartError(tr("speech_not_text", file=file)) from None
    rows = [
        _row(file, number, line)
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1)
        if line.strip() and not (line.startswith("#") and "\t" not in line)
    ]
    if not rows:
        raise StartError(tr("speech_set_empty", file=file))
    return rows


def _row(file: Path, number: int, line: str) -> list[str]:
    cells = line.split("\t")[:2]  # what stands behind the reading is a remark
    if len(cells) != 2 or not all(cell.strip() for cell in cells):
        raise StartError(tr("speech_bad_line", file=file, line=number))
    depth = 0
    for character in cells[1]:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth not in (0, 1):
            break
    if depth:
        raise StartError(tr("speech_bad_braces", file=file, line=number))
    return cells


def _speak(text: str, data: Path, **manner: Any) -> Any:
    errors, speaking = import_module("nguon.audio.errors"), import_module("nguon.audio.actions.speaking")
    try:
        return speaking.master_of_text(text, manner=speaking.Manner(**manner), data=data.absolute())
    except import_module("nguon.kernel.errors").DomainError as failure:
        raise StartError(str(failure)) from None
    except import_module("nguon.audio.sound.faults").SoundFault as fault:
        raise StartError(errors.sentence(fault.code)) from None


def _check_out(out: Path) -> None:
    """Told before anyone waits for the sound."""
    if out.suffix.lower() not in {".ogg", ".opus", ".oga", ".wav"}:
        raise StartError(tr("speech_suffix", file=out))
    if not out.absolute().parent.is_dir():
        raise StartError(tr("speech_no_folder", folder=out.parent))
    if out.is_dir():
        raise StartError(tr("speech_unwritable", file=out, reason=os.strerror(21)))
    target = out if out.exists() else out.absolute().parent
    if not os.access(target, os.W_OK):
        raise StartError(tr("speech_unwritable", file=out, reason=os.strerror(13)))


def _write(out: Path, master: Any) -> None:
    data = master.data
    if out.suffix.lower() == ".wav":
        data = import_module("nguon.audio.sound.chain").wav_of(data)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise StartError(tr("speech_unwritable", file=out, reason=error.strerror or error)) from None
