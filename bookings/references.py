"""Booking numbers as people and scanners type them."""

from __future__ import annotations

import unicodedata

#: what is not in the numbers, read as the character in them that looks like it; and pairs in
#: them that look alike, read as one
_ALIKE = str.maketrans("0OQ1IL7U852G", "DDDJJJJVBSZ6")
#: a keyboard left in Hangul (두벌식) types these for the keys of the letters, in key order
_KEYS = "qwertyuiopasdfghjklzxcvbnm"
_JAMO = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"
_SHIFTED = dict(zip("ㅃㅉㄸㄲㅆㅒㅖ", "qwertop", strict=True))
_HANGUL = str.maketrans({**dict(zip(_JAMO, _KEYS, strict=True)), **_SHIFTED})
#: vowels and final consonants that are two keys
_DOUBLE = str.maketrans(
    {
        "ㅘ": "ㅗㅏ",
        "ㅙ": "ㅗㅐ",
        "ㅚ": "ㅗㅣ",
        "ㅝ": "ㅜㅓ",
        "ㅞ": "ㅜㅔ",
        "ㅟ": "ㅜㅣ",
        "ㅢ": "ㅡㅣ",
        "ㄳ": "ㄱㅅ",
        "ㄵ": "ㄴㅈ",
        "ㄶ": "ㄴㅎ",
        "ㄺ": "ㄹㄱ",
        "ㄻ": "ㄹㅁ",
        "ㄼ": "ㄹㅂ",
        "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ",
        "ㄿ": "ㄹㅍ",
        "ㅀ": "ㄹㅎ",
        "ㅄ": "ㅂㅅ",
    }
)
_LENGTH = 8


def normal(text: str) -> str:
    """``b7k2 9qxm``, ``ㅠ7ㅏ2-9ㅃㅌㅡ`` → ``B7K2-9QXM``; what is no number stays unlike one."""
    jamo = "".join(map(_as_typed, unicodedata.normalize("NFC", text)))
    keys = jamo.translate(_DOUBLE).translate(_HANGUL).upper()
    found = "".join(c for c in keys if c.isascii() and c.isalnum())
    return f"{found[:4]}-{found[4:]}" if len(found) == _LENGTH else found[: _LENGTH * 2]


def likeness(reference: str) -> str:
    """The same for numbers that only differ in characters that look alike."""
    return reference.upper().translate(_ALIKE)


_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]


def _as_typed(character: str) -> str:
    """A syllable as the letters it was typed with (Unicode 3.12: 588 = 21 · 28); wide
    letters and digits as narrow ones."""
    if "！" <= character <= "～":
        return unicodedata.normalize("NFKC", character)
    number = ord(character) - 0xAC00
    if not 0 <= number < 11172:
        return character
    return _INITIALS[number // 588] + _VOWELS[number % 588 // 28] + _FINALS[number % 28]
