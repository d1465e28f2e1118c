"""Passwords that a person can read aloud and type on a phone."""

import secrets

# Telex, VNI and VIQR keyboards that stay on in a password field would turn s f r x j z w d and a doubled
# vowel into marks; l, i, o beside digits, 0 and 1 look alike on bad screens, so the digits are 2 to 9.
_CONSONANTS = "bcghkmnptv"
_VOWELS = "aeiou"
_DIGITS = "23456789"
_WORDS = 4


def _word() -> str:
    first = secrets.choice(_VOWELS)
    second = secrets.choice([vowel for vowel in _VOWELS if vowel != first])
    return secrets.choice(_CONSONANTS) + first + secrets.choice(_CONSONANTS) + second


def fresh_password() -> str:
    """This function will return a new password such as "tome-kanu-bigo-hapi-47".

    Four words of 2,000 and two digits of 8: 49.9 bits, behind argon2 and a lock-out.
    """
    words = [_word() for _ in range(_WORDS)]
    return "-".join([*words, secrets.choice(_DIGITS) + secrets.choice(_DIGITS)])
