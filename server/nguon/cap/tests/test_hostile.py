"""Messages that mean harm, or only nonsense, by every way in: one sentence each, never a traceback."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from nguon.accounts.tests.cast import People, people
from nguon.adapters.cap.tests.test_reading import HOSTILE, WRONG
from nguon.cap import actions
from nguon.cap.models import Received
from nguon.cap.states import State, Way, Why
from nguon.cap.tests.cast import kttv, of, stamp, warning
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations.tests.cast import AT

GOOD = warning()
SENT = f"<sent>{stamp(AT)}"
_SENT = GOOD[GOOD.index("<sent>") : GOOD.index("</sent>")]
_EXPIRES = GOOD[GOOD.index("<expires>") : GOOD.index("</expires>")]


def changed(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new).encode()


NAMED = "<identifier>KTTV-1</identifier>"
AREA = "<areaDesc>Bắc Ninh</areaDesc>"
BROKEN = {
    **{f"reader_{name}": data for name, (data, _code) in HOSTILE.items()},
    **{f"wrong_{name}": changed(old, new) for name, (old, new, _c, _l) in WRONG.items() if old in GOOD},
    "utf_16_without_a_mark": GOOD.encode("utf-16-le"),
    "utf_32": GOOD.encode("utf-32"),
    "two_identifiers": changed(NAMED, NAMED * 2),
    "a_million_names": changed("<note>", "<note " + " ".join(f"a{n}=''" for n in range(2000)) + ">"),
    "xinclude": changed(
        "<note>", "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/><note>"
    ),
    "in_an_envelope": b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>"
    + GOOD[GOOD.index("<alert") :].encode()
    + b"</s:Envelope>",
    "without_a_namespace": changed(' xmlns="urn:oasis:names:tc:emergency:cap:1.2"', ""),
    "before_all_time": changed(_SENT, "<sent>0001-01-01T00:00:00+14:00"),
    "after_all_time": changed(_SENT, "<sent>9999-12-31T23:59:59-14:00"),
    "no_such_offset": changed(_SENT, f"{SENT[:-6]}+99:99"),
    "a_comma_for_an_offset": changed(_SENT, f"{SENT[:-6]},07:00"),
    "a_leap_second": changed(_SENT, f"{SENT[:-8]}60-00:00"),
    "tomorrow": changed(_SENT, _SENT.replace("2026-03-02", "2026-03-03")),
    "never_expires": changed(_EXPIRES, "<expires>9999-12-31T23:59:59-14:00"),
    "a_circle_without_end": changed(AREA, f"{AREA}<circle>21.2,106.3 1e400</circle>"),
    "a_circle_of_nothing": changed(AREA, f"{AREA}<circle>21.2,106.3 -5</circle>"),
    "update_of_itself": warning(kind="Update", references=of("KTTV-1")).encode(),
    "references_to_nonsense": warning(kind="Cancel", references="a b c").encode(),
    "somebody_elses": warning(sender="ai@noi.khac").encode(),
}


@pytest.fixture
def who(db: None, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return people()


@pytest.mark.parametrize("name", BROKEN)
def test_refused_in_one_sentence_by_every_way(
    who: People, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, made = BROKEN[name], kttv(who)
    head = {"authorization": f"Bearer {made.token}"}
    answer = Client().post("/cap/v1/alerts", data=data, content_type="application/cap+xml", headers=head)
    assert (answer.status_code in {400, 403, 409, 413}, bool(answer.json()["message"])) == (True, True)
    with pytest.raises(DomainError) as refused:
        actions.receive(sender=made.sender, data=data, way=Way.FEED, at=AT)
    assert "Traceback" not in str(refused.value)
    assert Received.objects.count() == 0
    file = tmp_path / "cap.xml"
    file.write_bytes(data)
    if name in {"somebody_elses", "tomorrow"}:
        return  # a good file: only who sends it when is wrong
    with pytest.raises(SystemExit) as end:
        call_command("cap", "check", str(file))
    said = capsys.readouterr()
    assert (end.value.code, said.err) == (1, "")
    assert said.out.startswith("Không hợp lệ.\n! ")


ODD = {
    "an_area_nobody_knows": (changed("07444", "99999"), State.WAITING, ""),
    "no_info": ((GOOD[: GOOD.index("<info>")] + "</alert>").encode(), State.NOTED, Why.EMPTY),
    "over": (warning(hours=1, sent=AT.replace(hour=0, minute=0)).encode(), State.NOTED, Why.EXPIRED),
    "cancel_of_nothing": (warning(kind="Cancel", references=of("X")).encode(), State.NOTED, Why.UNSEEN),
    "a_test": (warning(status="Test").encode(), State.NOTED, Why.TEST),
    "a_huge_circle": (changed(AREA, f"{AREA}<circle>21.2,106.3 99999999</circle>"), State.WAITING, ""),
    "for_ages": (changed(_EXPIRES, "<expires>2199-12-31T23:59:59-00:00"), State.WAITING, ""),
    "a_code_like_a_program": (changed("07444", "'; DROP TABLE cap_sender; --"), State.WAITING, ""),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_but_valid_is_kept_and_nothing_sounds(who: People, name: str) -> None:
    data, state, why = ODD[name]
    outcome = actions.receive(sender=kttv(who).sender, data=data, way=Way.POST, at=AT)
    assert (outcome.received.state, outcome.received.why) == (state, why)


def test_one_sender_cannot_keep_the_others_waiting(who: People) -> None:
    made, other = kttv(who), kttv(who, sender="khac@noi.vn")
    said = [
        Client().post(
            "/cap/v1/alerts", data=b"<x/>", content_type="application/cap+xml",
            headers={"authorization": f"Bearer {made.token}"},
        ).status_code
        for _again in range(61)
    ]  # fmt: skip
    assert (set(said[:60]), said[60]) == ({400}, 429)
    assert actions.admit(sender=other.sender, at=AT)
    assert actions.admit(sender=made.sender, at=clock.from_epoch(clock.to_epoch(AT) + 60))
