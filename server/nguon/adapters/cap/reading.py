"""From bytes to a tree that is of the schema: no document type, no entities, no network; small and flat.

expat goes first, because it says at once that a document type is declared, or that there is too much; what
libxml2 then sees is plain elements in UTF-8.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from importlib.resources import files
from xml.parsers import expat

from lxml import etree

from nguon.adapters.cap.faults import Fault, NotCap
from nguon.adapters.cap.model import NAMESPACE

LARGEST = 2 << 20
"""Bytes. Warnings with the borders of whole provinces have some hundred thousand."""
DEEPEST = 12
"""alert/info/area/geocode/value are five, a signature has eight."""
MOST = 20_000  # elements
MOST_ATTRIBUTES = 32  # of one element
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(r"\A\s*<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_KNOWN = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"})
_INSTANT = re.compile(r"\}(?:sent|effective|onset|expires)'.*'([^']*)' is not (?:accepted|a valid)")
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
_NAMESPACES = re.compile(r"\{[^}]*\}")


def tree(data: bytes) -> etree._Element:
    """This function will return the element `alert` of a CAP 1.2 message that its schema allows.

    Raises NotCap with every line at which the schema does not.
    """
    root = parsed(data)
    kind = etree.QName(root)
    if kind.namespace != NAMESPACE or kind.localname != "alert":
        raise NotCap(
            Fault("version", root.sourceline or 0, f"{kind.localname} {kind.namespace or ''}".strip())
        )
    schema = _schema()
    if not schema.validate(root):
        raise NotCap(*dict.fromkeys(_schema_fault(one.line, one.message) for one in schema.error_log))
    return root


def parsed(data: bytes, *, whole: bool = False) -> etree._Element:
    """This function will return the root of an XML document that is within the limits; with `whole` comments
    and processing instructions stay in the tree. Raises NotCap."""
    text = _text(data)
    _look_through(text)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=not whole,
        remove_pis=not whole,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise NotCap(Fault("xml", error.lineno or 0, str(error.msg or "")[:200])) from None
    if root.getroottree().docinfo.doctype:
        raise NotCap(Fault("doctype"))  # never: expat has looked; two parsers may not disagree on this
    return root


def _schema_fault(line: int, message: str) -> Fault:
    """What people get wrong most often, an instant, is told in plain words."""
    if instant := _INSTANT.search(message):
        return Fault("time", line, instant[1][:40])
    return Fault("schema", line, _plain(message))


@cache
def _schema() -> etree.XMLSchema:
    source = files("nguon.adapters.cap").joinpath("schema/CAP-v1.2.xsd").read_bytes()
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.XMLSchema(etree.fromstring(source, parser))


def _text(data: bytes) -> str:
    """The characters, in the encoding that mark and declaration agree on, without the declaration."""
    if len(data) > LARGEST:
        raise NotCap(Fault("too_large", about=str(LARGEST >> 20)))
    if not data.strip():
        raise NotCap(Fault("empty"))
    if data.startswith(_PACKED):
        raise NotCap(Fault("packed"))
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise NotCap(Fault("encoding")) from None
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in _KNOWN:
        raise NotCap(Fault("encoding", 1, declared[1][:40]))
    if declared and declared[1].lower().startswith("utf-16") != encoding.startswith("utf-16"):
        raise NotCap(Fault("encoding", 1, declared[1][:40]))
    # Lines keep their numbers: as many as the declaration and what stood before it had.
    return _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text)


def _look_through(text: str) -> None:
    parser = expat.ParserCreate(encoding="utf-8")
    depth = count = 0

    def refuse(code: str, about: str = "") -> None:
        raise NotCap(Fault(code, parser.CurrentLineNumber, about))

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST:
            refuse("too_deep", str(DEEPEST))
        if count > MOST or len(attributes) > MOST_ATTRIBUTES:
            refuse("too_many", str(MOST))

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = lambda *_declared: refuse("doctype")
    parser.EntityDeclHandler = lambda *_declared: refuse("doctype")
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise NotCap(Fault("xml", error.lineno, expat.ErrorString(error.code))) from None


def _plain(message: str) -> str:
    """The words of the schema without the namespaces in braces."""
    return _NAMESPACES.sub("", message)[:300]
