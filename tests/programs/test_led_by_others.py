"""A business finds joint applications others lead among its own, from being asked on."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from programs.models import Application, CoApplicant
from programs.views import mine
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def listed(client):
    page = BeautifulSoup(client.get(reverse("program_mine")).content, "html.parser")
    rows = page.select("section[aria-labelledby=others] ul.rows li")
    return [(row.a["href"], row.select_one(".badge").get_text()) for row in rows]


@pytest.fixture
def asked(merchant):
    """The business is asked for a draft of another."""
    draft = factories.application(factories.program(is_joint=True), state="draft")
    return CoApplicant.objects.create(application=draft, merchant=merchant)


def answer(row, state):
    CoApplicant.objects.filter(pk=row.pk).update(state=state, answered_at=NOW)


def hand_in(row):
    there = Application.objects.filter(pk=row.application_id)
    there.update(state="submitted", submitted_at=NOW)


def test_mine_when_asked_and_confirmed_then_listed_with_what_it_stands_at(owner_client, asked):
    address = reverse("joint_answer", args=[asked.pk])
    assert listed(owner_client) == [(address, "답변해 주십시오")]
    answer(asked, "confirmed")
    assert listed(owner_client) == [(address, "참여 확인")]
    hand_in(asked)
    assert listed(owner_client) == [(address, "접수")]


def test_mine_when_declined_or_never_answered_then_not_listed(owner_client, asked, merchant):
    other = factories.application(factories.program(is_joint=True), state="draft")
    declined = CoApplicant.objects.create(application=other, merchant=merchant)
    answer(declined, "declined")
    hand_in(asked)
    assert listed(owner_client) == []


def test_mine_of_the_lead_and_of_a_stranger_then_not_there(owner_client, asked):
    stranger = factories.merchant(owner=factories.user()).memberships.get().user
    lead = factories.user()
    asked.application.merchant.memberships.create(user=lead)
    assert listed(logged_in(stranger)) == listed(logged_in(lead)) == []
    assert len(listed(owner_client)) == 1


@pytest.mark.parametrize("more", [0, 1])
def test_mine_when_longer_than_a_page_then_what_is_over_comes_last_and_is_reached(
    owner_client, asked, merchant, monkeypatch, more
):
    monkeypatch.setattr(mine, "PAGE", 2)
    for days, state in ((2, "withdrawn"), (1, "selected"))[1 - more :]:
        other = factories.application(factories.program(is_joint=True), state="draft")
        at = {"asked_at": NOW + dt.timedelta(days=days), "answered_at": NOW}
        CoApplicant.objects.create(application=other, merchant=merchant, state="confirmed", **at)
        there = Application.objects.filter(pk=other.pk)
        there.update(state="selected", submitted_at=NOW, place=1, decided_at=NOW)
        if state == "withdrawn":
            there.update(state=state, place=None, ended_at=NOW)
    assert [word for _address, word in listed(owner_client)] == ["답변해 주십시오", "선정"]
    page = BeautifulSoup(owner_client.get(reverse("program_mine")).content, "html.parser")
    onward = page.select_one("section[aria-labelledby=others] nav a[rel=next]")
    assert (onward is not None) is bool(more)
    if onward is not None:
        address = reverse("program_mine") + onward["href"]
        rest = BeautifulSoup(owner_client.get(address).content, "html.parser")
        words = [row.get_text() for row in rest.select("section[aria-labelledby=others] .badge")]
        assert words == ["철회함"]


def test_mine_on_its_second_page_then_those_of_others_are_not_repeated(
    owner_client, asked, merchant, monkeypatch
):
    monkeypatch.setattr(mine, "PAGE", 1)
    for _ in range(2):
        factories.application(factories.program(), merchant)
    address = reverse("program_mine")
    for query, there in (("", True), ("?page=2", False), ("?page=2&others=1", True)):
        page = BeautifulSoup(owner_client.get(address + query).content, "html.parser")
        assert bool(page.select("section[aria-labelledby=others]")) is there
