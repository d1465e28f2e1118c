"""Messages: every sentence on the screen, its English, and the compiled catalogue.

    uv run --no-sync python -m tools.messages            collect the sentences, keep the English, compile
    uv run --no-sync python -m tools.messages --check    say what has no English or is not compiled

The sentences in the source are Vietnamese; English is the translation (server/locale/en). Made without
gettext's programs, which a fresh machine lacks: Python is read as a syntax tree, templates as Django's own
`templatize` reads them.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "server"
CATALOGUE = SERVER / "locale" / "en" / "LC_MESSAGES" / "django.po"
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
LEFT_OUT = {"tests", "migrations", "__pycache__"}
_STRING = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(_|n?gettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")
HEADER = {
    "Project-Id-Version": "nguon",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Message:
    """A sentence as it stands in the source, with its form for many, if it has one."""

    text: str
    plural: str = ""


def sources() -> Iterator[Path]:
    """This function will give every module and template of the server, tests left out, in order."""
    for path in sorted((*SERVER.rglob("*.py"), *SERVER.rglob("*.html"), *SERVER.rglob("*.txt"))):
        if not LEFT_OUT & set(path.relative_to(SERVER).parts):
            yield path


def in_python(text: str) -> Iterator[Message]:
    """This function will give the messages of a module."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        literals = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if node.func.id in SINGLE and literals:
            yield Message(literals[0])
        elif node.func.id in PLURAL and len(literals) > 1:
            yield Message(literals[0], literals[1])


def in_template(text: str) -> Iterator[Message]:
    """This function will give the messages of a template."""
    if not settings.configured:
        settings.configure()
    for match in _CALL.finditer(templatize(text)):
        words = [ast.literal_eval(found) for found in match.groups()[1:] if found]
        yield Message(words[0], words[1] if match[1] == "ngettext" else "")


def collect() -> dict[Message, list[str]]:
    """This function will return every message with the files that it stands in."""
    found: dict[Message, list[str]] = {}
    for path in sources():
        text = path.read_text(encoding="utf-8")
        for message in in_python(text) if path.suffix == ".py" else in_template(text):
            places = found.setdefault(message, [])
            name = path.relative_to(SERVER).as_posix()
            if message.text and name not in places:
                places.append(name)
    return {message: places for message, places in sorted(found.items()) if message.text}


def known() -> polib.POFile:
    """This function will return the catalogue as it stands, or an empty one."""
    return polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()


def rebuilt(old: polib.POFile) -> polib.POFile:
    """This function will return the catalogue of today's messages, with the English that is there already."""
    english = {(entry.msgid, entry.msgid_plural): entry for entry in old}
    made = polib.POFile(wrapwidth=110)
    made.metadata = dict(HEADER)
    for message, places in collect().items():
        entry = polib.POEntry(msgid=message.text, occurrences=[(place, "") for place in places])
        had = english.get((message.text, message.plural))
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = dict(had.msgstr_plural) if had else {0: "", 1: ""}
        elif had:
            entry.msgstr = had.msgstr
        entry.flags = ["python-brace-format"] if "{" in message.text else []
        made.append(entry)
    return made


def untranslated(catalogue: polib.POFile) -> list[str]:
    """This function will return the messages that have no English, or not in every form."""
    return [
        entry.msgid
        for entry in catalogue
        if not (all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr)
    ]


def broken(catalogue: polib.POFile) -> list[str]:
    """This function will return the messages whose English has other fields in braces or percents."""
    fields = re.compile(r"\{[^{}]*\}|%\(\w+\)s")
    return [
        entry.msgid
        for entry in catalogue
        for english in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if set(fields.findall(english)) - set(fields.findall(entry.msgid + entry.msgid_plural))
    ]


def compiled(catalogue: polib.POFile) -> bytes:
    """This function will return the catalogue as gettext reads it, always the same bytes."""
    return bytes(catalogue.to_binary())


def problems() -> list[str]:
    """This function will say, a line each, what keeps the catalogue from being whole."""
    catalogue = known()
    fresh = rebuilt(catalogue)
    found = [f"no English: {text}" for text in untranslated(fresh)]
    found += [f"other fields than the Vietnamese: {text}" for text in broken(fresh)]
    kept = {(entry.msgid, entry.msgid_plural) for entry in catalogue}
    found += [
        f"no longer used: {text}"
        for text, _plural in sorted(kept - {(e.msgid, e.msgid_plural) for e in fresh})
    ]
    binary = CATALOGUE.with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(catalogue):
        found.append("django.mo is not what django.po says")
    return found


def write() -> int:
    """This function will write both forms of the catalogue and return how many messages lack English."""
    made = rebuilt(known())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(str(made) + "\n", encoding="utf-8")
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(made))
    return len(untranslated(made))


def main() -> int:
    """This function will do what the command line asks for; 1 when something is missing."""
    parser = argparse.ArgumentParser(description="The sentences on the screen and their English.")
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        found = problems()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return int(bool(found))
    missing = write()
    sys.stdout.write(f"{missing} without English\n" if missing else "whole\n")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
