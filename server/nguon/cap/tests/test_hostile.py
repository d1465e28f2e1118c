"""Messages that mean harm, or only nonsense, by every way in: one sentence each, never a traceback."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from nguon.accounts.tests.cast import People, people
from nguon.adapters.cap.tests.test_reading import HOSTILE, WRONG
from nguon.alerts.models import Alert
from nguon.cap import actions
from nguon.cap.models import Received, Sender
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
    "shapes_without_end": changed(AREA, AREA + "<circle>21.2,106.3 1</circle>" * 201),
    "a_circle_of_nothing": changed(AREA, f"{AREA}<circle>21.2,106.3 -5</circle>"),
    "update_of_itself": warning(kind="Update", references=of("KTTV-1")).encode(),
    "references_to_nonsense": warning(kind="Cancel", references="a b c").encode(),
    "somebody_elses": warning(sender="ai@noi.khac").encode(),
}


@pytest.fixture
def who(db: None, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return people()


def test_refused_in_one_sentence_by_every_way(
    who: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, file = kttv(who), tmp_path / "cap.xml"
    head = {"authorization": f"Bearer {made.token}"}
    for name, data in BROKEN.items():
        Sender.objects.update(counted=0)
        answer = Client().post("/cap/v1/alerts", data=data, content_type="application/cap+xml", headers=head)
        assert answer.status_code in {400, 403, 409, 413}, name
        assert answer.json()["message"], name
        with pytest.raises(DomainError):
            actions.receive(sender=made.sender, data=data, way=Way.FEED, at=AT)
        file.write_bytes(data)
        if name in {"somebody_elses", "tomorrow"}:
            continue  # a good file: only who sends it, and when, is wrong
        with pytest.raises(SystemExit):
            call_command("cap", "check", str(file))
        said = capsys.readouterr()
        assert (said.err, said.out.startswith("Không hợp lệ.\n! ")) == ("", True), name
    assert Received.objects.count() == 0


ODD = {
    "AN-AREA-NOBODY-KNOWS": (changed("07444", "99999"), State.WAITING, ""),
    "NO-INFO": ((GOOD[: GOOD.index("<info>")] + "</alert>").encode(), State.NOTED, Why.EMPTY),
    "OVER": (warning(hours=1, sent=AT.replace(hour=0, minute=0)).encode(), State.NOTED, Why.EXPIRED),
    "CANCEL-OF-NOTHING": (warning(kind="Cancel", references=of("X")).encode(), State.NOTED, Why.UNSEEN),
    "A-TEST": (warning(status="Test").encode(), State.NOTED, Why.TEST),
    "A-HUGE-CIRCLE": (changed(AREA, f"{AREA}<circle>21.2,106.3 20000</circle>"), State.WAITING, ""),
    "A-CIRCLE-OF-RADIUS-0": (changed(AREA, f"{AREA}<circle>21.2,106.3 0</circle>"), State.WAITING, ""),
    "FOR-AGES": (changed(_EXPIRES, "<expires>2199-12-31T23:59:59-00:00"), State.WAITING, ""),
    "A-CODE-LIKE-A-PROGRAM": (changed("07444", "'; DROP TABLE cap_sender; --"), State.WAITING, ""),
}


def test_odd_but_valid_is_kept_and_nothing_sounds(who: People) -> None:
    sender = kttv(who).sender
    for name, (data, state, why) in ODD.items():
        own = data.replace(b"KTTV-1", name.encode())
        row = actions.receive(sender=sender, data=own, way=Way.POST, at=AT).received
        assert (row.state, row.why) == (state, why), name
    assert Alert.objects.count() == 0


def test_one_sender_cannot_keep_the_others_waiting(who: People) -> None:
    made, other = kttv(who), kttv(who, sender="khac@noi.vn")
    head = {"authorization": f"Bearer {made.token}"}
    Sender.objects.filter(pk=made.sender.pk).update(counted_from=AT, counted=59)
    for status in (400, 429):
        answer = Client().post("/cap/v1/alerts", data=b"<x/>", content_type="text/xml", headers=head)
        assert answer.status_code == status
    assert actions.admit(sender=other.sender, at=AT)
    assert actions.admit(sender=made.sender, at=clock.from_epoch(clock.to_epoch(AT) + 60))
