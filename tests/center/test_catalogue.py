import re

import pytest
from babel.messages.pofile import read_po
from django import forms
from django.utils import translation

from center import catalogue


def test_catalogue_when_compared_with_the_sources_then_complete():
    assert catalogue.problems() == []


def test_collect_when_sources_use_a_message_then_it_is_found():
    found = catalogue.collect()
    assert "Spaces and equipment" in found  # a template
    assert "That time has already passed." in found  # Python
    assert found["%(n)d hour"].id == ("%(n)d hour", "%(n)d hours")
    # one of Django's that the list of extra messages names with its plural
    assert found["Ensure that there are no more than %(max)s digit in total."].pluralizable


def test_problems_when_a_message_is_missing_fuzzy_or_broken_then_named(monkeypatch):
    lacking = catalogue.load("ko")
    lacking.delete("Spaces and equipment")
    lacking["Guide"].string = ""
    lacking["Notices"].flags.add("fuzzy")
    lacking["Please call us at %(phone)s."].string = "%(telephone)s"
    monkeypatch.setattr(catalogue, "load", lambda language: lacking)
    named = " | ".join(catalogue.problems())
    for message in ("Spaces and equipment", "Guide", "Notices", "Please call us at %(phone)s."):
        assert message in named


def test_plural_when_korean_then_says_every_number_of_the_english_plural():
    """Korean has one form for all numbers: one made from the singular would name the wrong."""
    with catalogue.path_of("ko").open("rb") as file:
        plurals = [m for m in read_po(file, locale="ko") if m.pluralizable]
    lost = {
        m.id[1]: m.string[0]
        for m in plurals
        if set(re.findall(r"%\(\w+\)", m.id[1])) != set(re.findall(r"%\(\w+\)", m.string[0]))
    }
    assert plurals
    assert lost == {}


def test_sentences_of_djangos_fields_when_korean_then_as_polite_as_the_houses():
    """Django's own say 입력하세요 where the house says 입력해 주십시오."""
    wrong = [
        (forms.IntegerField(min_value=1, max_value=3), ["0", "4", "x"]),
        (forms.DateField(), ["2026-02-30"]),
        (forms.CharField(min_length=3, max_length=4), ["가", "가나다라마", "가\x00나"]),
        (forms.ChoiceField(choices=[("a", "a")]), ["b"]),
        (forms.URLField(assume_scheme="https"), ["x y"]),
        (forms.DecimalField(max_digits=3, decimal_places=1), ["0.11", "1234"]),
    ]
    said = []
    with translation.override("ko"):
        for field, values in wrong:
            for value in values:
                with pytest.raises(forms.ValidationError) as refused:
                    field.clean(value)
                said += refused.value.messages
    assert len(said) >= 10
    assert [words for words in said if "주십시오" not in words and "니다." not in words] == []
    assert [words for words in said if "세요" in words] == []
