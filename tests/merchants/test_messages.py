"""What people are told about their business: whom, when, in which words."""

import datetime as dt

import pytest
from django.core import mail

from center.notifications import delivery
from center.notifications.models import Message
from merchants.services import members, register, suspend, verify
from tests import factories
from tests.conftest import NOW, kst
from tests.merchants.test_register import entries, papers_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def case(owner):
    draft = papers_for(register.start(user=owner, entries=entries()))
    return register.submit(merchant=draft)


def told(kind):
    """Who finds it in the inbox, and its words."""
    row = Message.objects.get(kind=f"merchants.{kind}", channel="inbox")
    return row.recipient, row.subject, row.body


def test_submitted_when_received_then_owner_knows_until_when(case, owner):
    recipient, subject, body = told("submitted")
    assert (recipient, subject) == (owner, "달구벌 수제청 등록을 접수했습니다")
    assert "11. 25.(수) 18:00까지" in body


def test_verified_when_decided_then_owner_knows_until_when(case, owner):
    verify.verify(
        merchant=case, revision=case.revision, until=dt.date(2027, 3, 31), by=factories.staff()
    )
    recipient, subject, body = told("verified")
    assert (recipient, subject) == (owner, "달구벌 수제청 확인을 마쳤습니다")
    assert "2027. 3. 31.(수)까지" in body


def test_returned_when_decided_then_owner_knows_why(case, owner):
    verify.send_back(
        merchant=case,
        revision=case.revision,
        reasons=["unreadable", "other"],
        note="두 번째 쪽이 흐립니다.",
        by=factories.staff(),
    )
    recipient, subject, body = told("returned")
    assert (recipient, subject) == (owner, "달구벌 수제청 등록 내용을 보완해 주십시오")
    assert "- 서류를 읽을 수 없음\n- 그 밖의 이유" in body
    assert "두 번째 쪽이 흐립니다." in body


def test_suspension_when_imposed_and_lifted_then_owner_knows_both(merchant, owner):
    imposed = suspend.suspend(merchant=merchant, ends=NOW + dt.timedelta(days=30), reason="미이용")
    suspend.lift_suspension(suspension=imposed)
    suspend.lift_suspension(suspension=imposed)
    assert "12. 23.(수) 10:41까지" in told("suspended")[1]
    assert told("suspension_lifted")[0] == owner


def test_suspension_when_another_is_in_force_then_lifting_one_tells_nothing(merchant):
    first, second = (
        suspend.suspend(merchant=merchant, ends=NOW + dt.timedelta(days=n), reason="미이용")
        for n in (10, 30)
    )
    suspend.lift_suspension(suspension=first)
    assert not Message.objects.filter(kind="merchants.suspension_lifted").exists()
    suspend.lift_suspension(suspension=second)
    assert told("suspension_lifted")[1] == f"{merchant.name}의 이용 정지가 해제되었습니다"


def test_suspension_when_it_ends_at_midnight_then_the_day_that_still_counts_is_named(merchant):
    suspend.suspend(merchant=merchant, ends=kst(25, month=12), reason="미이용")
    assert "12. 24.(목) 24:00까지" in told("suspended")[1]


@pytest.mark.parametrize(
    ("accepted", "kind", "words"),
    [(True, "join_accepted", "업체 확인이 끝나 있으면"), (False, "join_declined", "않았습니다")],
)
def test_request_when_staff_answered_then_the_words_name_no_owner(accepted, kind, words, case):
    request = members.ask_to_join(number=case.number, user=factories.user(), note="")
    members.answer(request=request, by=factories.staff(), accepted=accepted, by_staff=True)
    recipient, _subject, body = told(kind)
    assert recipient == request.user
    assert words in body


def test_invitation_when_sent_then_mail_with_a_link_that_works(merchant, owner, settings):
    members.invite(merchant=merchant, email="New@Example.com", by=owner)
    row = Message.objects.get(kind="merchants.invited")
    assert (row.address, row.channel, row.recipient) == ("new@example.com", "email", None)
    delivery.deliver_due(limit=10)
    letter = mail.outbox[0]
    assert letter.to == ["new@example.com"]
    assert letter.subject == f"{owner.name} 님이 {merchant.name}에 초대했습니다"
    html = letter.alternatives[0][0]
    link = f"{settings.SITE_URL}{row.link}"
    assert link in letter.body
    assert link in html
    assert "11. 30.(월) 10:41까지" in letter.body


def test_change_when_it_fails_then_nobody_is_told(case):
    assert Message.objects.filter(kind="merchants.submitted", channel="inbox").count() == 1
    with pytest.raises(Exception, match="already_submitted"):
        register.submit(merchant=case)
    assert Message.objects.filter(kind="merchants.submitted", channel="inbox").count() == 1
