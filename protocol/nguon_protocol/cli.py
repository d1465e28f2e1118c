"""The command nguon-protocol: hold verifiers to the published vectors of LSP-1."""

import argparse
import json
import sys
from collections.abc import Sequence

from nguon_protocol.conformance import book, runner, verifier, voice
from nguon_protocol.conformance.runner import Disagreement

USAGE = """\
  nguon-protocol conform [--json] [--timeout S] -- COMMAND [ARGUMENT ...]
  nguon-protocol verify
  nguon-protocol vectors [--questions | --live]"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when all is well, 1 when a verifier disagrees, 2 when nothing could be asked."""
    options = _parser().parse_args(arguments)
    if options.do == "verify":
        verifier.serve(sys.stdin, sys.stdout)
        return 0
    if options.do == "vectors":
        live = voice.make() if options.live else book.make()
        sys.stdout.write(_questions() if options.questions else live)
        return 0
    return _conform(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nguon-protocol", description=__doc__, usage=USAGE)
    commands = parser.add_subparsers(dest="do", required=True)
    conform = commands.add_parser("conform", help="run every vector through a verifier; 0 if all agree")
    conform.add_argument("--json", action="store_true", help="tell the outcome as one JSON object")
    conform.add_argument("--timeout", type=float, default=10.0, metavar="S", help="seconds for one answer")
    conform.add_argument("command", nargs="+", help="the verifier, after --")
    commands.add_parser("verify", help="our own verifier: a JSON line in, a JSON line out")
    vectors = commands.add_parser("vectors", help="make the vectors anew and print them")
    vectors.add_argument("--questions", action="store_true", help="as the lines that verifiers are asked")
    vectors.add_argument("--live", action="store_true", help="those of live segments")
    return parser


def _questions() -> str:
    return "".join(json.dumps(one.question) + "\n" for one in book.read(book.stored()))


def _conform(options: argparse.Namespace) -> int:
    vectors = list(book.read(book.stored()))
    try:
        found = runner.run(options.command, vectors, options.timeout)
    except runner.NoCommand as reason:
        sys.stderr.write(f"nguon-protocol: {reason}\n")
        return 2
    sys.stdout.write(_as_json(len(vectors), found) if options.json else _in_words(len(vectors), found))
    return 1 if found else 0


def _as_json(count: int, found: Sequence[Disagreement]) -> str:
    rows = [{"vector": one.name, "expected": one.expected, "said": one.said} for one in found]
    told = {"vectors": count, "agreed": count - len(found), "disagreements": rows}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _in_words(count: int, found: Sequence[Disagreement]) -> str:
    if not found:
        return f"LSP-1: all {count} vectors agree.\n"
    rows = [("vector", "must say", "said"), *_asked(found)]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    left = sum(one.said == runner.NOT_ASKED for one in found)
    lines = [f"{name:<{wide[0]}}  {must:<{wide[1]}}  {said}" for name, must, said in rows]
    lines += (
        [f"{left} vectors were not asked: it gave no answer {runner.SILENT_AT_MOST} times."] if left else []
    )
    return "\n".join([*lines, f"LSP-1: {count - len(found)} of {count} vectors agree.", ""])


def _asked(found: Sequence[Disagreement]) -> list[tuple[str, str, str]]:
    return [(one.name, one.expected, one.said) for one in found if one.said != runner.NOT_ASKED]


if __name__ == "__main__":
    sys.exit(main())
