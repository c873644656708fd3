"""Every kind of every app, in both languages: words there, placeholders known, lengths kept."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest
from django.template import Variable
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import get_language

from center.notifications import kinds, rendering
from center.notifications.checks import kinds_complete
from center.notifications.kinds import Kind
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message
from tests.conftest import NOW

pytestmark = pytest.mark.django_db  # staff may have written other words
BOTH = pytest.mark.parametrize("language", ["ko", "en"])
EVERY = pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.key)
#: what every template knows besides the kind's own placeholders
GIVEN = {"house", "language", "link", "promotional", "subject", "short"}


def example_of(kind: Kind, language: str, link: str = "/bookings/") -> Message:
    context = kind.encode(kind.example)
    return Message(pk=1, kind=kind.key, language=language, context=context, link=link)


def longest_of(kind: Kind, language: str, sign: str) -> Message:
    """With values as long as our fields let people type them, without a space to break at."""

    def longest(value: kinds.Value) -> kinds.Value:
        if isinstance(value, str):
            return sign * 120
        if isinstance(value, list):
            return [sign * 120] * 5
        return value

    message = example_of(kind, language)
    message.context = kind.encode({name: longest(v) for name, v in kind.example.items()})
    return message


def variables(template) -> set[str]:
    """The first names of the variables a template reads and does not make itself."""
    read, made = set(), set()
    for node in template.nodelist.get_nodes_by_type(object):
        made |= set(getattr(node, "extra_context", {}))
        made |= set(getattr(node, "loopvars", []))
        holders = [node, *getattr(node, "extra_context", {}).values(), getattr(node, "sequence", 0)]
        for holder in holders:
            expression = getattr(holder, "filter_expression", holder)
            variable = getattr(expression, "var", None)
            if isinstance(variable, Variable) and variable.lookups:  # not a literal
                read.add(variable.lookups[0])
        tokens = itertools.chain(getattr(node, "singular", []), getattr(node, "plural", []))
        read |= {token.contents for token in tokens if token.token_type.name == "VAR"}
    return {name for name in read - made - GIVEN if not name.startswith(("forloop", "block"))}


@EVERY
@BOTH
def test_words_when_rendered_with_the_example_then_whole(kind, language):
    words = rendering.words_of(example_of(kind, language))
    html = rendering.mail_html(example_of(kind, language), words)
    text = rendering.mail_text(example_of(kind, language), words)
    for part in (words.subject, words.short, words.body, html, text):
        assert part.strip()
        assert "None" not in part
        assert "{{" not in part
        assert "%(" not in part
    assert len(words.subject) <= 100
    assert words.body in text
    assert "http://127.0.0.1:8000/bookings/" in html


@EVERY
def test_words_when_in_korean_then_korean(kind):
    words = rendering.words_of(example_of(kind, "ko"))
    for part in (words.subject, words.short, words.body):
        assert re.search("[가-힣]", part)
        assert not re.search(r"\b(the|your|please|is)\b", part, re.IGNORECASE)


@EVERY
def test_values_of_an_approved_template_then_all_are_texts(kind):
    values = rendering.variables_of(example_of(kind, "ko"))
    assert set(values) == {*kind.example, "house"}
    assert all(isinstance(value, str) for value in values.values())


@EVERY
@pytest.mark.parametrize("part", kinds.PARTS)
def test_templates_when_they_read_a_variable_then_the_kind_has_it(kind, part):
    assert variables(get_template(kind.template(part)).template) <= set(kind.example)


def test_templates_when_looked_into_then_the_variables_are_found():
    template = get_template(TEST_MESSAGE.template("html")).template
    assert variables(template) == {"name", "asked_at"}


def test_html_when_there_is_no_link_then_no_button():
    message = example_of(TEST_MESSAGE, "ko", link="")
    html = rendering.mail_html(message, rendering.words_of(message))
    assert 'class="go"' not in html


def test_context_when_kept_as_json_then_the_same_again():
    example = {
        "text": "가",
        "number": 3,
        "flag": True,
        "instant": NOW,
        "day": dt.date(2027, 3, 31),
        "list": ["가", "나"],
    }
    kind = Kind("x.y", name="x", example=example)
    assert kind.decode(kind.encode(example)) == example
    assert kind.encode(example)["day"] == "2027-03-31"


def test_context_when_for_the_reader_then_kept_in_the_active_language():
    said = kinds.ForReader(lambda: f"{get_language()}!")
    kind = Kind("x.y", name="x", example={"text": "가", "list": ["가"]})
    with translation.override("en"):
        assert kind.encode({"text": said, "list": [said]}) == {"text": "en!", "list": ["en!"]}
    assert kind.encode({"text": said, "list": [said]})["text"] == "ko!"


def test_kind_when_its_key_is_taken_then_refused():
    with pytest.raises(ValueError, match="test_message"):
        kinds.register(TEST_MESSAGE)


def test_kinds_when_checked_then_complete():
    assert kinds_complete(None) == []


def test_kind_when_words_or_channel_are_missing_then_named(monkeypatch):
    kind = Kind("x.y", name="x", channels=("pigeon",))
    monkeypatch.setattr(kinds, "_kinds", {kind.key: kind})
    said = [error.msg for error in kinds_complete(None)]
    assert said == [
        *(f"x.y lacks the template emails/x/y.{part}." for part in kinds.PARTS),
        "x.y names no channel: pigeon.",
    ]


def test_words_when_promotional_then_marked_as_the_law_wants(monkeypatch):
    kind = Kind(**{**vars(TEST_MESSAGE), "promotional": True})
    monkeypatch.setattr(kinds, "_kinds", {kind.key: kind})
    message = example_of(kind, "ko")
    words = rendering.words_of(message)
    assert words.subject == "(광고) 시험 알림"
    for part in (rendering.mail_text(message, words), rendering.mail_html(message, words)):
        assert "수신 거부" in part
        assert "(무료)" in part
