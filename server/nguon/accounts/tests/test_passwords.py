"""Fresh passwords: strong, different, and safe under a Vietnamese keyboard."""

import re

from nguon.accounts.actions import fresh_password

SHAPE = re.compile(r"([bcghkmnptv][aeiou][bcghkmnptv][aeiou]-){4}[2-9]{2}")


def test_a_password_can_be_read_aloud() -> None:
    assert SHAPE.fullmatch(fresh_password())


def test_no_telex_keyboard_changes_it() -> None:
    for _ in range(300):
        for word in fresh_password().split("-")[:-1]:
            assert word[1] != word[3]  # a doubled vowel makes a circumflex
            assert not set(word) & set("sfrxjzwd")


def test_passwords_differ() -> None:
    assert len({fresh_password() for _ in range(2000)}) == 2000
