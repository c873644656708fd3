"""No form of programs lets through what cannot be seen, and no page of a session runs a text."""

from __future__ import annotations

import importlib
import pkgutil
from io import BytesIO

import pypdf
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

import programs
from center.notifications import kinds
from center.notifications.models import Message
from center.notifications.rendering import mail_html, words_of
from programs.models import ApplicationState, CoApplicant, CoState, PaperKind
from programs.services import calls, certify
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.programs.test_hostile_pages import HARM, SCRIPT, TURNING, harmless

#: fields that are made plain by other means, or are no text of anybody's
_ELSEWHERE = {
    ("CallForm", "body"): "richtext.clean",
    ("CallForm", "body_en"): "richtext.clean",
    ("CallForm", "ended_because"): "on no page: written by calling off",
    ("QuestionForm", "choices"): "clean_choices",
    ("AnnounceForm", "seen"): "a digest, compared and never shown",
    ("NumberForm", "number"): "attend_forms.normal",
    ("PinForm", "pin"): "compared and never shown",
}


def text_fields():
    for module in pkgutil.walk_packages(programs.__path__, "programs."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    todo, found = [forms.BaseForm], {}
    while todo:
        for form in todo.pop().__subclasses__():
            todo.append(form)
            if form.__module__.startswith("programs."):
                fields = getattr(form, "base_fields", {}).items()
                found |= {
                    (form.__name__, n): f for n, f in fields if isinstance(f, forms.CharField)
                }
    return found


def test_fields_of_every_form_when_the_writing_is_turned_around_then_refused_or_plain():
    fields = text_fields()
    assert len(fields) > 60
    assert set(_ELSEWHERE) <= set(fields)
    for name, field in fields.items():
        if name in _ELSEWHERE:
            continue
        try:
            kept = field.clean(f"가{TURNING}나")
        except ValidationError:
            continue
        assert not set(kept) & set(TURNING), name


@pytest.fixture
def at_a_session(db, at_now, merchant):
    """A joint application with everything hostile, in a session that runs now."""
    type(merchant).objects.filter(pk=merchant.pk).update(name=HARM, representative=HARM)
    merchant.refresh_from_db()
    program = factories.program(title=HARM, is_joint=True, runs_until=NOW.date())
    draft = factories.application(program, merchant, ApplicationState.DRAFT)
    partner = CoApplicant.objects.create(
        application=draft,
        merchant=factories.merchant(name=HARM, representative=HARM),
        state=CoState.CONFIRMED,
        answered_at=NOW,
    )
    type(draft).objects.update(state=ApplicationState.SELECTED, place=1, submitted_at=NOW)
    words = {"title": HARM, "place_text": HARM, "instructor": HARM, "materials": HARM}
    over = factories.session(program, kst(20, 10), **words)
    for noted in ({}, {"co_applicant": partner}):
        factories.attendance(over, draft, reason=HARM, **noted)
    return partner, factories.session(program, kst(23, 10), **words)


def test_pages_of_a_session(at_a_session, owner_client, client, staff_client):
    partner, session = at_a_session
    application, program = partner.application, session.program
    made = calls.copy(program=program, by=factories.staff())
    harmless(
        staff_client,
        reverse("admin:sessions"),
        reverse("admin:program_sessions", args=[program.pk]),
        reverse("admin:session_edit", args=[session.pk]),
        reverse("admin:session_roll", args=[session.pk]),
        reverse("admin:program_completion", args=[program.pk]),
        reverse("admin:sessions_repeat", args=[made.pk]),
        reverse("attend_screen", args=[session.pk]),
    )
    harmless(owner_client, "/attend/", application.get_absolute_url())
    harmless(
        logged_in(partner.merchant.memberships.get().user), "/attend/", partner.get_absolute_url()
    )
    harmless(client, program.get_absolute_url())


def test_papers_when_names_are_hostile_then_plain_letters_and_hidden_on_the_check(
    at_a_session, at_now, client
):
    partner, session = at_a_session
    at_now.move_to(session.ends)
    paper = certify.issue(
        application=partner.application, co_applicant=partner, kind=PaperKind.PARTICIPATION
    )
    answer = logged_in(partner.merchant.memberships.get().user).get(
        reverse("joint_certificate", args=[partner.pk])
    )
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages)
    assert "alert(1)" in text.replace("\n", "")
    harmless(client, reverse("certificate", args=[paper.number]))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ko", "en"])
def test_messages_when_every_value_is_hostile_then_one_line_and_no_markup(language):
    """Of every kind programs send, with each text of its example made hostile."""
    ours = [kind for kind in kinds.every() if kind.key.startswith("programs.")]
    assert len(ours) > 30
    person = factories.user(name=HARM, language=language)
    for kind in ours:
        values = {
            name: f"{HARM}\r\nBcc: a@example.com" if isinstance(value, str) else value
            for name, value in kind.example.items()
        }
        message = Message(
            kind=kind.key,
            recipient=person,
            language=language,
            context=kind.encode(values),
            channel="email",
        )
        words = words_of(message)
        assert "\n" not in words.subject, kind.key
        assert "\r" not in words.subject, kind.key
        html = mail_html(message, words)
        assert SCRIPT not in html, kind.key
        assert "<img src=x" not in html, kind.key
