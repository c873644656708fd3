"""Who asked about his or her data hears that there is an answer, but reads it on the portal."""

import datetime as dt

import pytest
from django.urls import reverse

from center import rights
from center.models import RightsRequest
from center.notifications.delivery import deliver_due
from center.notifications.models import Message
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def answered(person):
    asked = rights.ask(user=person, kind=RightsRequest.Kind.ACCESS, text="x")
    outcome = RightsRequest.Outcome.REFUSED
    return rights.answer(request=asked, by=factories.staff(), outcome=outcome, text="비밀 답변")


def test_answer_when_given_then_the_person_is_told_without_its_words(owner, mailoutbox):
    asked = answered(owner)
    told = Message.objects.filter(recipient=owner, dedupe_key=f"rights_answered:{asked.pk}")
    assert {message.channel for message in told} == {"inbox", "email"}
    assert {message.link for message in told} == {reverse("account_privacy")}
    assert told[0].context["received_on"] == dt.date(2026, 11, 23).isoformat()
    deliver_due(limit=10)
    (mail,) = mailoutbox
    assert mail.subject == "개인정보 요구에 답변했습니다"
    assert "2026. 11. 23." in mail.body
    assert "비밀 답변" not in mail.body


def test_answer_when_the_person_has_left_then_nobody_is_told(owner):
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    answered(owner)
    assert not Message.objects.exists()
