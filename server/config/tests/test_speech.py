"""`nguon speech`: three commands that need no running installation."""

import json
import unicodedata
from pathlib import Path

import av
import pytest

from config.cli import main

SET = "UBND xã họp lúc 7h30.\tủy ban nhân dân xã họp lúc bảy giờ ba mươi {phút|}\n"


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NGUON_LANG", "vi")
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> int:
    try:
        main(["speech", *words])
    except SystemExit as end:
        return int(str(end.code or 0))
    return 0


def test_read_prints_what_is_said_and_the_lint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("read", "UBND xã họp XKQ lúc 7h30") == 0
    said, *lint = capsys.readouterr().out.splitlines()
    assert said == "Ủy ban nhân dân xã họp ích ca quy lúc bảy giờ ba mươi phút."
    assert lint[0].startswith("! 1:13 abbreviation “XKQ” -> ích ca quy.")
    assert lint[1].startswith("  1:21 hour “7h30”")


def test_read_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("read", "Thôn 1.\nGặp XKQ", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["spoken"] == "Thôn một.\nGặp ích ca quy."
    (one,) = [one for one in told["lint"] if not one["told"]]
    assert (one["line"], one["column"], one["at"]) == (2, 5, 12)
    assert one["why"]
    assert one["suggestion"]


def test_check_gives_shares_and_the_wrong_ones(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    nfd = unicodedata.normalize("NFD", SET)
    file.write_text("\ufeff" + nfd + "# a remark\n\nxã A\txã bê\ta remark\r\n", "utf-8")
    assert run("check", str(file), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sentences"], told["sentences_right"]) == (2, 0.5)
    assert told["words_right"] == pytest.approx(1 - 1 / told["words"])
    assert told["wrong"] == [{"text": "xã A", "expected": "xã bê", "spoken": "xã A.", "words": 1}]
    assert run("check", str(file)) == 0
    assert "Đúng 1/2 câu (50.0%)" in capsys.readouterr().out


@pytest.mark.parametrize(("suffix", "codec"), [(".ogg", "opus"), (".wav", "pcm_s16le")])
def test_render_writes_the_sound_and_tells_what_it_took(
    suffix: str, codec: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / f"a{suffix}"
    assert run("render", "Mời bà con.", "--voice", "espeak-vi", "--out", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["loudness_lufs"] == pytest.approx(-16, abs=1)
    with av.open(str(out)) as file:
        assert file.streams.audio[0].codec_context.name == codec
        assert float(file.duration or 0) / 1e6 == pytest.approx(told["duration"], abs=0.03)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("read", ""), "Chưa có lời nào để đọc"),
        (("read", "😀"), "Chưa có lời nào để đọc"),
        (("check", "gone.tsv"), "Không đọc được gone.tsv"),
        (("check", "."), "Không đọc được ."),
        (("check", "empty.tsv"), "không có câu nào"),
        (("check", "line.tsv"), "line.tsv, dòng 2"),
        (("check", "braces.tsv"), "braces.tsv, dòng 1"),
        (("check", "latin.tsv"), "UTF-8"),
        (("render", "bà con", "--voice", "nobody"), "Hãy chọn một trong: espeak-vi"),
        (("render", "", "--out", "a.ogg"), "Chưa có lời nào để đọc"),
        (("render", "bà con", "--out", "gone/a.ogg"), "Không có thư mục gone"),
        (("render", "bà con", "--out", "a.mp3"), ".ogg hoặc .wav"),
        (("render", "bà con", "--out", "folder.ogg"), "Không ghi được folder.ogg"),
        (("render", "bà con", "--speed", "7"), "Tốc độ đọc phải từ"),
        (("render", "bà con", "--pause", "7"), "Khoảng nghỉ"),
        (("render", "bà con", "--jingle", "samba"), "samba"),
    ],
)
def test_wrong_input_is_one_sentence(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "empty.tsv").touch()
    (tmp_path / "line.tsv").write_text(SET + "không có tab\n", "utf-8")
    (tmp_path / "braces.tsv").write_text("xã A\txã {a|b\n", "utf-8")
    (tmp_path / "latin.tsv").write_bytes(b"x\xe0\tx\xe0\n")
    (tmp_path / "folder.ogg").mkdir()
    assert run(*words) == 1
    sentence = capsys.readouterr().err.strip()
    assert told in sentence
    assert "\n" not in sentence
    assert not (tmp_path / "a.ogg").exists()
