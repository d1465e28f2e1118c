"""A weather service that is pinned in the province of the tests, and its messages."""

from datetime import datetime, timedelta

from nguon.accounts.tests.cast import People
from nguon.adapters.cap.tests.cast import STORM
from nguon.cap import actions
from nguon.cap.actions import NewSender, Outcome
from nguon.cap.models import Sender
from nguon.cap.states import Way
from nguon.organisations.tests.cast import AT

KTTV = "canhbao@kttv.example"
COMMUNE = "<geocode><valueName>VN-GSO</valueName><value>07444</value></geocode>"
_SHAPES = STORM[STORM.index("<polygon>") : STORM.index("</area>")]


def kttv(people: People, *, certificate: str = "", feed: str = "", sender: str = KTTV) -> NewSender:
    """This function will pin the weather service in the province."""
    return actions.add_sender(
        name="Đài khí tượng",
        sender=sender,
        area=people.places.province.area,
        feed=feed,
        certificate_pem=certificate,
        by=people.binh,
        at=AT,
    )


def warning(
    *,
    identifier: str = "KTTV-1",
    sent: datetime = AT - timedelta(minutes=5),
    status: str = "Actual",
    kind: str = "Alert",
    references: str = "",
    where: str = COMMUNE,
    hours: int = 6,
    sender: str = KTTV,
) -> str:
    """This function will write a storm warning of the tests' day for one commune."""
    text = STORM.replace("KTTV-2026-0007", identifier).replace(KTTV, sender).replace(_SHAPES, where)
    text = text.replace("<area><areaDesc>Bac Ninh</areaDesc></area>", "")
    zone = "-00:00"
    text = text.replace(
        "2026-09-01T20:00:00+07:00", f"{sent + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}{zone}"
    )
    text = text.replace("<effective>2026-09-01T08:00:00+07:00</effective>", "")
    text = text.replace("<onset>2026-09-01T12:00:00+07:00</onset>", "")
    text = text.replace("2026-09-01T08:00:00+07:00", stamp(sent))
    text = text.replace("Actual", status).replace("<msgType>Alert", f"<msgType>{kind}")
    return text.replace("</note>", f"</note><references>{references}</references>") if references else text


def stamp(at: datetime) -> str:
    """This function will write an instant as CAP has it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}-00:00"


def of(identifier: str, sent: datetime = AT - timedelta(minutes=5), sender: str = KTTV) -> str:
    """This function will name a message in references."""
    return f"{sender},{identifier},{stamp(sent)}"


def come(sender: Sender, text: str, at: datetime = AT) -> Outcome:
    """This function will have a message come in."""
    return actions.receive(sender=sender, data=text.encode(), way=Way.POST, at=at)
