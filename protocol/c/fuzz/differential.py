"""Ask the Python verifier and another one about the same changed envelopes; they must say the same.

python fuzz/differential.py COUNT SEED COMMAND ...
"""

import sys
from collections import Counter
from collections.abc import Sequence

from nguon_protocol.conformance import fuzz, state, verifier
from nguon_protocol.conformance.case import devices, root_of
from nguon_protocol.conformance.runner import NoAnswer, Verifier, in_words

SHOWN = 10


def compare(count: int, seed: int, command: Sequence[str]) -> tuple[list[str], Counter[str]]:
    """Give what is wrong, in words, and how often each verdict was given."""
    known = {name: state.to_json(one, root_of(one)) for name, one in devices().items()}
    wrong: list[str] = []
    verdicts: Counter[str] = Counter()
    with Verifier(command, 10) as other:
        for one in fuzz.tries(seed, count):
            ours = verifier.judge(one.data, one.state, one.now, one.clock)
            verdicts[in_words(ours)] += 1
            if ours["accept"] and not one.signed_again and not fuzz.is_known(one.data):
                wrong.append(f"{one.how}: changed content is accepted: {one.data!r}")
            try:
                said = other.ask(fuzz.question(one, known))
            except NoAnswer as reason:
                said = {"error": str(reason)}
            if in_words(said) != in_words(ours):
                where = f"{one.device}, {one.now}, {one.clock}"
                wrong.append(f"{one.how} ({where}): {in_words(ours)} / {in_words(said)}: {one.data!r}")
    return wrong, verdicts


def main(arguments: Sequence[str]) -> int:
    """Print the outcome; 0 if there is nothing wrong."""
    count, seed, *command = arguments
    wrong, verdicts = compare(int(count), int(seed), command)
    for line in wrong[:SHOWN]:
        sys.stderr.write(line + "\n")
    told = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
    sys.stdout.write(f"{count} changed envelopes, seed {seed}: {told}\n{len(wrong)} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
