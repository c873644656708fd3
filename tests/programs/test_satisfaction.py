"""Three questions after a program, answered once by the link."""

import datetime as dt

import pytest
from django.urls import reverse

from center.notifications.models import Message
from programs import outcome_links
from programs.models import Satisfaction
from programs.services import satisfaction
from tests.conftest import kst
from tests.programs.test_outcomes import took_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)

MARKS = {"content": "5", "conduct": "4", "usefulness": "3", "text": "실습이 좋았습니다"}


def opinion(application):
    owner = application.merchant.memberships.get().user
    return reverse("satisfaction", args=[outcome_links.satisfaction_token(application, owner)])


def test_satisfaction_from_the_day_after_the_end_on_asked_once(at_now):
    application = took_part("education")
    over = kst(17)
    assert satisfaction.ask_due(now=over - SECOND) == 0
    assert [satisfaction.ask_due(now=over), satisfaction.ask_due(now=over)] == [1, 0]
    inbox = Message.objects.get(channel="inbox")
    assert (inbox.kind, inbox.link) == ("programs.satisfaction", opinion(application))


def test_satisfaction_when_sent_then_kept_once_and_thanked(client):
    application = took_part("education")
    assert client.post(opinion(application), MARKS).status_code == 302
    given = Satisfaction.objects.get()
    assert (given.application, given.content, given.conduct, given.usefulness) == (
        application,
        5,
        4,
        3,
    )
    assert "감사합니다" in client.get(opinion(application)).content.decode()
    assert client.post(opinion(application), {**MARKS, "content": "1"}).status_code == 409
    assert Satisfaction.objects.get().content == 5


@pytest.mark.parametrize(
    ("at", "works"),
    [(kst(17) - SECOND, False), (kst(17), True), (kst(17) + 30 * DAY, False)],
)
def test_satisfaction_open_from_the_end_for_thirty_days(at_now, client, at, works):
    application = took_part("education")
    at_now.move_to(at)
    assert client.post(opinion(application), MARKS).status_code == (302 if works else 409)
    assert Satisfaction.objects.exists() is works


def test_satisfaction_when_a_mark_is_missing_then_the_words_stay(client):
    page = client.post(opinion(took_part("education")), {**MARKS, "content": ""})
    assert page.status_code == 400
    assert "실습이 좋았습니다" in page.content.decode()


def test_satisfaction_when_he_has_left_the_business_then_nothing_is_kept(client):
    application = took_part("education")
    link = opinion(application)
    application.merchant.memberships.all().delete()
    assert client.post(link, MARKS).status_code == 409
    assert not Satisfaction.objects.exists()
