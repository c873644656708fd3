import re

from babel.messages.pofile import read_po

from center import catalogue


def test_catalogue_when_compared_with_the_sources_then_complete():
    assert catalogue.problems() == []


def test_collect_when_sources_use_a_message_then_it_is_found():
    found = catalogue.collect()
    assert "Spaces and equipment" in found  # a template
    assert "That time has already passed." in found  # Python
    assert found["%(n)d hour"].id == ("%(n)d hour", "%(n)d hours")


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
