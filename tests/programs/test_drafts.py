"""A draft of a call: saved it stays on its page, and publishing is one button there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from programs.models import Program, ProgramState
from tests import factories
from tests.programs.test_builder import fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADD = "/admin/programs/program/add/"
#: no race: places are given after the close
COMPLETE = {"selection": "lottery", "kind": "education"}


def change(program):
    return reverse("admin:programs_program_change", args=[program.pk])


@pytest.mark.parametrize("press", ["_save", "_continue"])
def test_save_a_draft_then_its_page_with_what_is_missing_and_the_button(staff_client, press):
    sent = fields(**COMPLETE, summary="", **{press: "1"})
    answer = staff_client.post(ADD, sent)
    program = Program.objects.get()
    assert (answer.status_code, answer.url) == (302, change(program))
    page = staff_client.get(answer.url).content.decode()
    assert 'data-code="summary_missing"' in page
    assert 'data-code="body_missing"' not in page
    assert 'name="_publish"' in page
    again = staff_client.post(answer.url, fields(**COMPLETE, **{press: "1"}))
    assert again.url == answer.url
    assert "data-code" not in staff_client.get(answer.url).content.decode()


def test_save_and_publish_then_public_in_one_press(staff_client):
    answer = staff_client.post(ADD, fields(**COMPLETE, _publish="1"), follow=True)
    program = Program.objects.get()
    assert program.state == ProgramState.PUBLISHED
    assert "게시했습니다" in answer.content.decode()
    assert 'name="_publish"' not in answer.content.decode()


def test_save_and_publish_when_something_is_missing_then_saved_and_named(staff_client):
    program = factories.program(state=ProgramState.DRAFT, published_at=None)
    sent = fields(**COMPLETE, title="고친 제목", body="", _publish="1")
    page = staff_client.post(change(program), sent, follow=True).content.decode()
    program.refresh_from_db()
    assert (program.state, program.title) == (ProgramState.DRAFT, "고친 제목")
    assert 'data-code="body_missing"' in page
    assert "아직 게시하지 않았습니다" in page


def test_save_and_publish_when_people_will_race_then_shown_once_more(staff_client):
    sent = fields(opens_at="2026-11-30T09:00", _publish="1")
    answer = staff_client.post(ADD, sent)
    program = Program.objects.get()
    assert answer.url == reverse("admin:program_publish", args=[program.pk])
    assert program.state == ProgramState.DRAFT


def test_save_a_published_call_then_the_list_and_no_button(staff_client):
    staff_client.post(ADD, fields(**COMPLETE, _publish="1"))
    page = change(Program.objects.get())
    assert 'name="_publish"' not in staff_client.get(page).content.decode()
    answer = staff_client.post(page, fields(**COMPLETE, _save="1"))
    assert answer.url == reverse("admin:programs_program_changelist")
