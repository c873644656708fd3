"""The directory of partners, and applying together."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.views import number_tries
from programs import partner_pages
from programs.models import Application, CoApplicant, CoState, Partner, PartnerLetter
from programs.services import joint, partners
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DAY = dt.timedelta(days=1)
YESTERDAY = dt.date(2026, 11, 22)


def listed(**fields):
    """A business in the directory, with its owner."""
    owner = factories.user()
    business = factories.merchant(owner=owner, **fields)
    entry = partners.join(merchant=business, offers="사과", looks_for="수제청", by=owner)
    return owner, entry


def refused(code, act, **given):
    with pytest.raises(RuleViolation, match=code):
        act(**given)


def test_join_only_while_verified_and_leave_then_the_words_are_gone():
    owner, entry = listed()
    partners.leave(merchant=entry.merchant)
    entry.refresh_from_db()
    assert (entry.offers, entry.looks_for, entry.joined_at) == ("", "", None)
    draft = factories.merchant(verified_until=YESTERDAY)
    refused("not_verified", partners.join, merchant=draft, offers="x", looks_for="", by=owner)


def test_directory_when_read_then_words_name_and_district_alone(owner_client, merchant):
    _owner, entry = listed(phone="053-111-2222", representative="김비밀", address="비밀로 1")
    _gone_owner, gone = listed()
    partners.leave(merchant=gone.merchant)
    _late_owner, late = listed(verified_until=dt.date(2026, 11, 23))
    text = owner_client.get("/partners/").content.decode()
    for shown in (
        entry.merchant.name,
        entry.offers,
        entry.merchant.district_name,
        late.merchant.name,
    ):
        assert shown in text
    for hidden in (entry.merchant.number, "053-111-2222", "김비밀", "비밀로", gone.merchant.name):
        assert hidden not in text


def test_directory_when_a_verification_has_run_out_then_not_in_it(at_now, merchant):
    _owner, entry = listed(verified_until=dt.date(2026, 11, 23))
    assert list(partner_pages.directory(without=merchant)) == [entry]
    at_now.move_to(NOW + DAY)
    assert list(partner_pages.directory(without=merchant)) == []


def test_pages_when_not_verified_or_nobody_then_closed(client, staff_client):
    _owner, entry = listed()
    waiting = factories.user()
    factories.merchant(owner=waiting, verified_until=YESTERDAY)
    for address in ("/partners/", "/partners/mine/", f"/partners/{entry.pk}/"):
        assert client.get(address).status_code == 302
        for visitor in (staff_client, logged_in(waiting)):
            page = visitor.get(address)
            assert page.status_code == 403
            assert entry.merchant.name not in page.content.decode()


def test_mine_when_not_agreed_then_not_in_it(owner_client, merchant):
    data = {"offers": "빵", "looks_for": ""}
    assert owner_client.post("/partners/mine/", data).status_code == 400
    assert not Partner.objects.exists()
    assert owner_client.post("/partners/mine/", {**data, "agrees": "on"}).status_code == 302
    assert Partner.objects.get().offers == "빵"
    assert owner_client.post("/partners/leave/").status_code == 302
    assert not Partner.objects.filter(joined_at__isnull=False).exists()


def test_write_then_a_message_with_an_answer_through_the_portal():
    writer, own = listed()
    reader, other = listed()
    client = logged_in(writer)
    assert client.post(f"/partners/{other.pk}/", {"text": "함께 팝시다"}).status_code == 302
    inbox = Message.objects.get(kind="programs.partner_letter", channel="inbox")
    assert (inbox.recipient, inbox.link) == (reader, f"/partners/{own.pk}/")
    assert writer.email not in inbox.body
    assert "함께 팝시다" in inbox.body
    assert client.get(f"/partners/{own.pk}/").status_code == 404


@pytest.mark.parametrize("written", [9, 10])
def test_write_up_to_the_limit_of_the_day(at_now, written):
    writer, own = listed()
    _reader, other = listed()
    letters = [
        PartnerLetter(sender=own.merchant, receiver=other.merchant, written_by=writer, text="x")
        for _ in range(written)
    ]
    PartnerLetter.objects.bulk_create(letters)
    given = {"sender": own.merchant, "partner": other, "text": "x", "by": writer}
    if written < 10:
        assert partners.write(**given).pk
        return
    refused("too_many_letters", partners.write, **given)
    at_now.move_to(NOW + DAY)
    assert partners.write(**given).pk


def test_write_when_not_listed_or_gone_then_refused(merchant, owner):
    _reader, other = listed()
    given = {"sender": merchant, "text": "x", "by": owner}
    refused("not_listed", partners.write, partner=other, **given)
    partners.join(merchant=merchant, offers="빵", looks_for="", by=owner)
    partners.leave(merchant=other.merchant)
    refused("partner_gone", partners.write, partner=other, **given)


@pytest.mark.parametrize("count", [1, 3])
def test_directory_when_longer_then_no_more_queries(
    owner_client, merchant, count, django_assert_num_queries
):
    for _ in range(count):
        listed()
    with django_assert_num_queries(8):
        owner_client.get("/partners/")


# Applying together


@pytest.fixture
def draft(merchant):
    program = factories.program("exhibition_online", is_joint=True)
    return factories.application(program, merchant, "draft")


def named(draft, owner, other=None):
    other = other or factories.merchant()
    return joint.name(application=draft, number=other.number, by=owner)


def test_name_then_its_owner_is_asked_and_confirms(draft, owner):
    row = named(draft, owner)
    their_owner = row.merchant.memberships.get().user
    asked = Message.objects.get(kind="programs.joint_asked", channel="inbox")
    assert (asked.recipient, asked.link) == (their_owner, f"/joint/answers/{row.pk}/")
    client = logged_in(their_owner)
    assert client.post(asked.link, {"answer": "confirm"}).status_code == 302
    assert partner_pages.confirmed_businesses(draft) == [draft.merchant, row.merchant]
    assert Message.objects.filter(kind="programs.joint_answered", recipient=owner).exists()
    assert client.post(asked.link, {"answer": "decline"}).status_code == 302
    assert partner_pages.confirmed_businesses(draft) == [draft.merchant]


def test_name_when_it_may_not_then_said(draft, owner):
    other = factories.merchant()
    waiting = factories.merchant(verified_until=YESTERDAY)
    named(draft, owner, other)
    for code, number in (
        ("named_already", other.number),
        ("own_number", draft.merchant.number),
        ("no_such_business", waiting.number),
        ("no_such_business", "0000000000"),
    ):
        refused(code, joint.name, application=draft, number=number, by=owner)
    alone = factories.application(factories.program(), draft.merchant, "draft")
    refused("not_joint", joint.name, application=alone, number=other.number, by=owner)


def test_name_again_and_again_then_no_more_messages_than_a_day_has(
    draft, owner, monkeypatch, at_now
):
    """Taken out, the draft thrown away: each naming was a message to somebody else's owner."""
    monkeypatch.setattr(joint, "MOST_A_DAY", 3)
    other = factories.merchant()
    for _ in range(2):
        joint.take_out(co_applicant=named(draft, owner, other))
    program = draft.program
    draft.delete()
    again = factories.application(program, draft.merchant, "draft")
    joint.take_out(co_applicant=named(again, owner, other))
    with pytest.raises(RuleViolation, match="named_enough"):
        named(again, owner, other)
    assert Message.objects.filter(kind="programs.joint_asked", channel="inbox").count() == 3
    at_now.move_to(NOW + DAY)
    assert named(again, owner, other).pk


@pytest.mark.parametrize(
    ("cap", "code"), [("MOST", "too_many_partners"), ("MOST_A_DAY", "named_enough")]
)
def test_name_when_a_cap_is_reached_then_said_whatever_the_number(
    draft, owner, monkeypatch, cap, code
):
    """Else the answers would go on telling which businesses are here."""
    monkeypatch.setattr(joint, cap, 1)
    known, other = factories.merchant(), factories.merchant()
    named(draft, owner, known)
    for number in (known.number, other.number, draft.merchant.number, "0000000000"):
        refused(code, joint.name, application=draft, number=number, by=owner)


def test_name_when_tried_too_often_then_refused_whatever_the_number_is(
    draft, owner_client, monkeypatch
):
    """One count with registering and asking to join: each answer says whether one is here."""
    monkeypatch.setitem(number_tries._LIMITS, "number", "2/h/user")
    address = f"/joint/{draft.receipt}/"
    for n in range(2):
        page = owner_client.post(address, {"number": factories.number(70_001 + n)})
        assert "한 시간 뒤에" not in page.content.decode()
    page = owner_client.post(address, {"number": factories.merchant().number})
    assert page.status_code == 409
    assert "한 시간 뒤에" in page.content.decode()
    assert not draft.co_applicants.exists()


def test_answer_when_a_member_and_no_owner_then_refused(draft, owner):
    row, member = named(draft, owner), factories.user()
    row.merchant.memberships.create(user=member)
    refused("not_owner", joint.answer, co_applicant=row, confirms=True, by=member)


def test_handed_in_then_locked_for_everybody_and_in_the_database(draft, owner):
    row = named(draft, owner)
    Application.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=NOW)
    their_owner = row.merchant.memberships.get().user
    refused("joint_locked", joint.answer, co_applicant=row, confirms=True, by=their_owner)
    refused("joint_locked", joint.take_out, co_applicant=row)
    refused("joint_locked", named, draft=draft, owner=owner)
    for write in (
        lambda: CoApplicant.objects.update(state=CoState.CONFIRMED, answered_at=NOW),
        lambda: CoApplicant.objects.all().delete(),
        lambda: CoApplicant.objects.create(application=draft, merchant=factories.merchant()),
    ):
        with pytest.raises(DatabaseError, match="handed in"), transaction.atomic():
            write()
    assert partner_pages.joint_part(draft.__class__.objects.get(pk=draft.pk)).rows == []


def test_draft_when_thrown_away_then_its_names_go_with_it(draft, owner):
    named(draft, owner)
    draft.delete()
    assert not CoApplicant.objects.exists()


def test_pages_as_lead_named_other_staff_and_anonymous(
    client, owner_client, other_client, staff_client, draft, owner
):
    row = named(draft, owner)
    lead, answer = f"/joint/{draft.receipt}/", f"/joint/answers/{row.pk}/"
    assert owner_client.get(lead).status_code == 200
    assert owner_client.get(answer).status_code == 404
    theirs = logged_in(row.merchant.memberships.get().user)
    assert (theirs.get(lead).status_code, theirs.get(answer).status_code) == (404, 200)
    for visitor in (other_client, staff_client):
        assert (visitor.get(lead).status_code, visitor.get(answer).status_code) == (404, 404)
    assert client.get(lead).status_code == client.get(answer).status_code == 302
    assert owner_client.post(lead, {"number": "123"}).status_code == 400
    assert owner_client.post(f"{lead}{row.pk}/out/").status_code == 302
    assert not CoApplicant.objects.exists()
