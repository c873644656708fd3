"""Booking numbers as they are typed."""

import unicodedata

import pytest

from bookings import references


@pytest.mark.parametrize(
    "typed",
    [
        "B7K2-9QXM",
        "b7k29qxm",
        " b7k2 9qxm ",
        "Ｂ７Ｋ２－９ＱＸＭ",
        "B7K2–9QXM",
        "ㅠ7ㅏ2-9ㅂㅌㅡ",  # the keyboard was left in Hangul
        "ㅠ7ㅏ2-9ㅃㅌㅡ",  # with the shift key, as scanners type
        unicodedata.normalize("NFD", "ㅠ7ㅏ2-9ㅂㅌㅡ"),
    ],
)
def test_normal_when_typed_in_some_way_then_the_number(typed):
    assert references.normal(typed) == "B7K2-9QXM"


def test_normal_when_letters_became_syllables_then_taken_apart():
    assert references.normal("한ㅁㄴㅇ23") == "GKSA-SD23"
    assert references.normal("값2345") == "RKQT-2345"


@pytest.mark.parametrize("typed", ["", "abc", "<script>", "7" * 40, "가나다라마바사", "\u202e"])
def test_normal_when_no_number_then_unlike_one(typed):
    assert not (len(references.normal(typed)) == 9 and references.normal(typed)[4] == "-")


@pytest.mark.parametrize(("one", "other"), [("B7K2-9QXM", "87KZ-90XM"), ("SVG6-JJDD", "5UGG-17OQ")])
def test_likeness_when_characters_look_alike_then_the_same(one, other):
    assert references.likeness(one) == references.likeness(other)


def test_likeness_when_really_another_then_another():
    assert references.likeness("B7K2-9QXM") != references.likeness("B7K2-9QXN")
