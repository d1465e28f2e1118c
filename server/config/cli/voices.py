"""`nguon voices`: list the voices of this machine, install another one, hear a sample."""

import json
import os
import sys
import wave
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", help="data folder of the installation")]


@app.command("list")
def list_voices(
    data: Data = Path("data"), as_json: Annotated[bool, typer.Option("--json", help="one JSON list")] = False
) -> None:
    """This command will list the voices with their licence and credit."""
    _django(data)
    voices = import_module("nguon.audio.voices").all_voices(data.absolute())
    fields = ("id", "name", "language", "licence", "credit", "engine")
    if as_json:
        rows = [{field: getattr(voice, field) for field in fields} for voice in voices]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    for voice in voices:
        _print_voice(voice)


@app.command()
def install(
    source: Annotated[str, typer.Argument(help="folder, zip, tar.gz, .onnx, https address or hub name")],
    data: Data = Path("data"),
    licence: Annotated[str, typer.Option(help="licence, where the package does not state it")] = "",
    credit: Annotated[str, typer.Option(help="whom to name")] = "",
    name: Annotated[str, typer.Option(help="name that officers see")] = "",
    voice_id: Annotated[str, typer.Option("--id", help="short name for programs")] = "",
) -> None:
    """This command will install a voice, after it has said a test sentence."""
    _django(data)
    installer = import_module("nguon.audio.voices.install")
    voice = _or_sentence(
        installer.install,
        source,
        data=data.absolute(),
        licence=licence,
        credit=credit,
        name=name,
        voice_id=voice_id,
    )
    _print_voice(voice)


@app.command()
def sample(
    voice: Annotated[str, typer.Argument(help="id of the voice, as `list` shows it")],
    text: Annotated[str, typer.Option(help="what to say")] = "Kính chào bà con, đây là giọng đọc thử.",
    out: Annotated[Path, typer.Option(help="file to write, .wav or .ogg")] = Path("sample.wav"),
    speed: Annotated[int, typer.Option(help="words a minute")] = 120,
    data: Data = Path("data"),
) -> None:
    """This command will write a sample of a voice to a file."""
    _django(data)
    voices = import_module("nguon.audio.voices")
    chosen = voices.find(voice, data.absolute())
    if chosen is None:
        choices = ", ".join(one.id for one in voices.all_voices(data.absolute()))
        _end(import_module("nguon.audio.errors").VoiceUnknown(voice=voice, choices=choices))
    spoken = import_module("nguon.audio.reader").spoken(text) if chosen.language == "vi" else text
    sound = _or_sentence(_speak, chosen, spoken, speed)
    _write(sound, out)
    sys.stdout.write(f"{out}: {sound.seconds:.1f} s\n")
    _print_voice(chosen)


def _django(data: Path) -> None:
    os.environ["NGUON_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import_module("django").setup()  # sentences come through its translations; no database is touched


def _or_sentence(function: Any, *arguments: Any, **options: Any) -> Any:
    try:
        return function(*arguments, **options)
    except import_module("nguon.kernel.errors").DomainError as failure:
        _end(failure)


def _speak(voice: Any, text: str, speed: int) -> Any:
    try:
        return voice.speak(text, speed)
    except import_module("nguon.audio.voices").VoiceError as error:
        raise import_module("nguon.audio.errors").SpeechFailed from error


def _end(failure: Exception) -> NoReturn:
    sys.stderr.write(f"{failure}\n")
    raise SystemExit(1)


def _print_voice(voice: Any) -> None:
    sys.stdout.write(f"{voice.id}\n  {voice.name} [{voice.language}, {voice.engine}]\n")
    sys.stdout.write(f"  © {voice.credit} · {voice.licence}\n")


def _write(sound: Any, out: Path) -> None:
    if out.suffix == ".ogg":
        io, chain = import_module("io"), import_module("nguon.audio.sound.chain")
        out.write_bytes(chain.master_of_pcm(io.BytesIO(sound.pcm), sound.rate).data)
        return
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(sound.pcm)
