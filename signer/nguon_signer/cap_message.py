"""From a signed alert to its CAP 1.2 message for other systems: pure, from the same rows as the documents.

Title, words, hazard, level and places are what two officers signed; nothing else of the database gets in but
the official names and codes of the places. Source: OASIS CAP 1.2 (2010), section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from nguon_signer.rows import Alert

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
ALERT, END = "alert", "end"
ALL_CLEAR, FALSE = "all_clear", "false"
DRILLED = "drill"
SHORTEST_S = 900
_HAZARDS = {  # category, what to do, Vietnamese, English
    "storm": ("Met", "Shelter", "Bão", "Storm"),
    "flood": ("Met", "Evacuate", "Lũ, ngập lụt", "Flood"),
    "landslide": ("Geo", "Evacuate", "Lũ quét, sạt lở đất", "Landslide"),
    "tsunami": ("Geo", "Evacuate", "Sóng thần", "Tsunami"),
    "fire": ("Fire", "Evacuate", "Cháy", "Fire"),
    "epidemic": ("Health", "Prepare", "Dịch bệnh", "Epidemic"),
    "evacuation": ("Safety", "Evacuate", "Sơ tán", "Evacuation"),
}
_OTHER = ("Other", "Monitor", "Tình huống khẩn cấp", "Emergency")
_LEVELS = {
    3: ("Immediate", "Extreme", "Observed"),
    2: ("Expected", "Severe", "Likely"),
    1: ("Future", "Moderate", "Possible"),
}
_NOTES = {FALSE: "Báo nhầm. False alarm.", ALL_CLEAR: "Báo yên. All clear."}


@dataclass(frozen=True)
class Place:
    """A place of an alert: its official name, and its official code ("" for a village)."""

    name: str
    code: str


@dataclass(frozen=True)
class Published:
    """What a message is made of; instants in epoch s. `began` is when the alert itself was sent; `replaced`
    are the alerts whose place it took, with when each was sent."""

    alert: Alert
    places: tuple[Place, ...]
    sender: str
    part: str
    ending: str
    began: int
    sent: int
    replaced: tuple[tuple[str, int], ...] = ()


def unsigned(of: Published) -> bytes:
    """This function will build the message; the same values always give the same bytes."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("alert"))
    _add(root, "identifier", of.alert.id if of.part == ALERT else f"{of.alert.id}.end")
    _add(root, "sender", of.sender)
    _add(root, "sent", _instant(of.sent))
    _add(root, "status", "Exercise" if of.alert.kind == DRILLED else "Actual")
    _add(root, "msgType", _kind(of))
    _add(root, "scope", "Public")
    if of.alert.kind == DRILLED:
        _add(root, "note", "Diễn tập. This is an exercise.")
    elif of.part == END:
        _add(root, "note", _NOTES.get(of.ending, "Kết thúc. Cancelled."))
    elif of.replaced:
        _add(root, "note", "Thay cho tin trước. This takes the place of an earlier alert.")
    earlier = [*of.replaced, *([(of.alert.id, of.began)] if of.part == END else [])]
    if earlier:
        _add(root, "references", " ".join(f"{of.sender},{one},{_instant(at)}" for one, at in earlier))
    for language in ("vi-VN", "en-US"):
        _info(root, of, language)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=False)
    return text


def _kind(of: Published) -> str:
    if of.part == ALERT:
        return "Update" if of.replaced else "Alert"
    return "Update" if of.ending == ALL_CLEAR else "Cancel"


def _info(root: ET.Element, of: Published, language: str) -> None:
    vietnamese = language == "vi-VN"
    category, response, local, english = _HAZARDS.get(of.alert.hazard, _OTHER)
    urgency, severity, certainty = _LEVELS.get(of.alert.level, _LEVELS[2])
    if of.part == END:
        response, urgency = ("AllClear" if of.ending == ALL_CLEAR else "None"), "Past"
    info = ET.SubElement(root, _tag("info"))
    _add(info, "language", language)
    _add(info, "category", category)
    _add(info, "event", local if vietnamese else english)
    _add(info, "responseType", response)
    _add(info, "urgency", urgency)
    _add(info, "severity", severity)
    _add(info, "certainty", certainty)
    _add(info, "expires", _instant(of.sent + max(of.alert.lasts_s, SHORTEST_S)))
    headline, description = _words(of, vietnamese, english)
    _add(info, "headline", headline)
    _add(info, "description", description)
    parameter = ET.SubElement(info, _tag("parameter"))
    _add(parameter, "valueName", "nguon:content_sha256")
    _add(parameter, "value", of.alert.content_sha256)
    for place in of.places:
        area = ET.SubElement(info, _tag("area"))
        _add(area, "areaDesc", place.name)
        if place.code:
            geocode = ET.SubElement(area, _tag("geocode"))
            _add(geocode, "valueName", "VN-GSO")
            _add(geocode, "value", place.code)


def _words(of: Published, vietnamese: bool, english: str) -> tuple[str, str]:
    title, text = _clean(of.alert.title), _clean(of.alert.spoken_text)
    if vietnamese:
        said = {FALSE: "Báo nhầm", ALL_CLEAR: "Báo yên"}.get(of.ending, "Đã kết thúc")
        drill = "Diễn tập: " if of.alert.kind == DRILLED else ""
        return f"{drill}{title if of.part == ALERT else f'{said}: {title}'}", text or title
    said = {FALSE: "False alarm", ALL_CLEAR: "All clear"}.get(of.ending, "Ended")
    drill = "Exercise: " if of.alert.kind == DRILLED else ""
    headline = f"{english}, by official loudspeakers" if of.part == ALERT else f"{said}: {english}"
    return f"{drill}{headline}", "The words of this alert are in the Vietnamese part."


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = text


def _clean(text: str) -> str:
    """XML has no control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _instant(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}-00:00"
