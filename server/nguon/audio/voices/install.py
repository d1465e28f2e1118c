"""Installing a voice: gathered, checked, heard, and only then moved into its place in one step."""

from __future__ import annotations

import array
import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from nguon.audio import errors
from nguon.audio.voices.base import NORMAL, Voice, VoiceError
from nguon.audio.voices.installed import MANIFEST, folder, load
from nguon.audio.voices.package import gather

TEST_TEXTS = {"vi": "Xin chào bà con.", "": "Good morning to all of you."}
SHORTEST, LONGEST = 0.3, 20.0  # seconds that the test utterance may last
QUIETEST = 500  # of 32,767: the loudest sample of a voice that really speaks
_LICENCE_LINE = re.compile(r"(?im)^\W*licen[sc]e\W*:\s*(.+)$")
_DATASET_LINE = re.compile(r"(?im)^\W*(?:url|dataset)\W*:\s*(.+)$")


def install(
    source: str, *, data: Path, licence: str = "", credit: str = "", name: str = "", voice_id: str = ""
) -> Voice:
    """This function will install a voice from a file, folder, hub name or https address and return it.

    What the package does not state about licence and credit must be given.  An older voice of the same id
    is replaced.  Raises the Voice... errors of nguon.audio.errors.
    """
    home = folder(data)
    home.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
    try:
        gather(source, staging)
        told = _describe(staging, licence=licence, credit=credit, name=name)
        final_id = _plain_id(voice_id or str(told.get("id") or "") or _id_from(staging, source))
        told["id"] = final_id
        (staging / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
        _hear(staging)
        staging.chmod(0o755)
        return load(_move(staging, home / final_id))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _describe(staging: Path, *, licence: str, credit: str, name: str) -> dict[str, Any]:
    told = _json(staging / MANIFEST) if (staging / MANIFEST).is_file() else {}
    card = "\n".join(
        (staging / file).read_text("utf-8", "replace")
        for file in ("MODEL_CARD", "README.md", "NOTICE")
        if (staging / file).is_file()
    )
    engine, language, model_name = _engine(staging)
    stated = licence or str(told.get("licence") or "") or _first(_LICENCE_LINE, card)
    if not stated:
        raise errors.VoiceLicenceMissing
    return {
        "id": told.get("id", ""),
        "name": name or told.get("name") or model_name,
        "language": told.get("language") or language,
        "licence": stated,
        "credit": credit or told.get("credit") or _first(_DATASET_LINE, card) or model_name,
        "engine": engine,
        "length": told.get("length"),
        "version": _fingerprint(staging),
        "files": {file.name: _sha256(file) for file in sorted(staging.iterdir()) if file.name != MANIFEST},
    }


def _engine(staging: Path) -> tuple[str, str, str]:
    """Which engine the files are for, their language, and a name."""
    models = sorted(staging.glob("*.onnx"))
    if len(models) == 1:
        config = staging / (models[0].name + ".json")
        if not config.is_file():
            raise errors.VoicePackageIncomplete(missing=config.name)
        language = _json(config).get("language", {}).get("code", "") or _json(config).get("espeak", {}).get(
            "voice", ""
        )
        return "piper", str(language).replace("_", "-").split("-")[0], models[0].stem
    for file in ("manifest.json", "meta.json"):
        if (staging / file).is_file():
            settings = _json(staging / _named(_json(staging / file)))
            language = settings.get("espeak", {}).get("voice", "en")
            return "sano", str(language).split("-")[0], f"sanoTTS {language}"
    raise errors.VoicePackageIncomplete(missing="*.onnx, manifest.json")


def _named(manifest: dict[str, Any]) -> str:
    """The name of the phoneme settings; whatever file a manifest names must be one of the package."""
    config = str(manifest.get("frontend", {}).get("included_config") or "piper-phoneme-config.json")
    named = [config, *(manifest.get(key) for key in ("weights_file", "front", "dec", "offsets_header"))]
    for name in filter(None, named):
        if Path(str(name)).name != name:
            raise errors.VoicePackageUnsafe(name=name)
    return config


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise errors.VoicePackageBroken from error
    return told if isinstance(told, dict) else {}


def _hear(staging: Path) -> None:
    """A voice that cannot say good morning is not installed."""
    try:
        voice = load(staging)
        text = TEST_TEXTS.get(voice.language, TEST_TEXTS[""])
        sound = voice.speak(text, NORMAL)
    except (VoiceError, KeyError, ValueError, OSError) as error:
        raise errors.VoiceDoesNotSpeak(reason=str(error)[:200]) from error
    loudest = max(map(abs, array.array("h", sound.pcm)), default=0)
    if not SHORTEST <= sound.seconds <= LONGEST or loudest < QUIETEST:
        raise errors.VoiceDoesNotSpeak(reason=f"{sound.seconds:.1f} s, {loudest}")


def _move(staging: Path, final: Path) -> Path:
    if final.exists():
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=final.parent))
        final.replace(old / "voice")
        staging.rename(final)
        shutil.rmtree(old, ignore_errors=True)
    else:
        staging.rename(final)
    handle = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return final


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1].strip()[:200] if match else ""


def _fingerprint(staging: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(staging.iterdir()):
        if file.name != MANIFEST:
            whole.update(f"{file.name}:{_sha256(file)}\n".encode())
    return whole.hexdigest()[:16]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _id_from(staging: Path, source: str) -> str:
    models = sorted(staging.glob("*.onnx"))
    if models:
        return models[0].stem
    name = source.rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"\.(zip|tar\.gz|tgz|tar|onnx)$", "", name)


def _plain_id(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "voice"
