"""The form of a call in the admin, sent as the page gives it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import reverse

from programs.models import ProgramState
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def values(form: Tag) -> dict[str, list[str]]:
    """What a browser would send of a form nobody has touched."""
    found: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", field.name)
        if kind in {"submit", "file"} or (
            kind in {"checkbox", "radio"} and "checked" not in field.attrs
        ):
            continue
        if field.name == "select":
            chosen = field.select("option[selected]") or field.select("option")[:1]
            sent = (
                []
                if field.has_attr("multiple") and not field.select("option[selected]")
                else chosen
            )
            found.setdefault(str(field["name"]), []).extend(
                str(one.get("value", "")) for one in sent
            )
        else:
            text = (
                field.text
                if field.name == "textarea"
                else field.get("value", "on" if kind == "checkbox" else "")
            )
            found.setdefault(str(field["name"]), []).append(str(text))
    return found


@pytest.mark.parametrize("state", [ProgramState.DRAFT, ProgramState.PUBLISHED])
def test_call_when_given_a_waiting_room_then_kept_and_nothing_else_changed(at_now, state):
    program = factories.program(state=state)
    client = logged_in(factories.staff())
    address = reverse("admin:programs_program_change", args=[program.pk])
    form = BeautifulSoup(client.get(address).content, "html.parser").select_one("#program_form")
    answer = client.post(address, {**values(form), "queue_inside": ["7"]})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    before = (program.kind, program.title, program.quota, program.opens_at)
    program.refresh_from_db()
    assert program.queue_inside == 7
    assert (program.kind, program.title, program.quota, program.opens_at) == before
