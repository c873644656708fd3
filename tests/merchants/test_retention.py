"""What of businesses is destroyed when its time is over, and what is not."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from bookings.models import Booking
from center import closing, retention
from center.errors import RuleViolation
from center.models import Destruction
from merchants.models import DocumentKind, DocumentPage, Invitation, JoinRequest, Merchant
from merchants.papers import store
from merchants.services import members, register, verify, visitors
from tests import factories
from tests.bookings.test_reserve import hold
from tests.conftest import NOW
from tests.merchants.test_papers_pages import paper_room, stored  # noqa: F401
from tests.merchants.test_register import entries, papers_for, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "paper_room")]
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def due(code, at_now, when):
    """How many rows the rule would destroy at that moment."""
    at_now.move_to(when)
    return next(o.due for o in retention.run(destroy=False) if o.rule.code == code)


def destroyed(code):
    outcomes = retention.run(destroy=True)
    return next(o.destroyed for o in outcomes if o.rule.code == code)


@pytest.fixture
def draft(owner):
    return register.start(user=owner, entries=entries())


@pytest.fixture
def client_of(owner, client):
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_replaced_paper_when_four_days_are_over_then_its_file_goes_that_night(
    at_now, draft, client_of, django_capture_on_commit_callbacks
):
    file = stored(draft, client_of)
    file.document.__class__.objects.update(state="replaced", ended_at=NOW)
    limit = NOW + 4 * DAY
    assert [due("ended_papers", at_now, limit + n * SECOND) for n in (-1, 0, 1)] == [0, 0, 1]
    with django_capture_on_commit_callbacks(execute=True):
        assert destroyed("ended_papers") == 1
    with pytest.raises(store.PaperLost):
        store.load(file.stored_name, key_id=file.key_id)
    line = Destruction.objects.get(rule="ended_papers")
    assert (line.kind, line.count) == ("paper", 1)
    assert DocumentPage.objects.get().stored_name is None
    assert destroyed("ended_papers") == 0


def test_paper_in_use_when_years_pass_then_kept_until_a_year_after_the_verification(
    at_now, draft, client_of
):
    file = stored(draft, client_of)
    Merchant.objects.filter(pk=draft.pk).update(verified_until=dt.date(2027, 3, 31))
    code = "papers_of_former_users"
    first = dt.datetime(2028, 4, 1, 0, 0, tzinfo=NOW.tzinfo)
    assert [due(code, at_now, first + n * SECOND) for n in (-1, 0)] == [0, 1]
    # Who comes back after years and hands in a new paper keeps it.
    file.document.__class__.objects.update(uploaded_at=first)
    assert due(code, at_now, first + DAY) == 0


def test_paper_when_returned_and_never_submitted_again_then_kept_a_year(at_now, draft, client_of):
    stored(draft, client_of)
    draft.documents.update(kind=DocumentKind.objects.get(code="founding_plan"))
    papers_for(draft)
    merchant = register.submit(merchant=draft)
    merchant = verify.send_back(
        merchant=merchant,
        revision=merchant.revision,
        reasons=["unreadable"],
        note="",
        by=factories.staff(),
    )
    code, limit = "papers_of_former_users", NOW.replace(year=2027)
    assert [due(code, at_now, limit + n * SECOND) for n in (-1, 0, 1)] == [0, 0, 1]


def test_paper_when_it_ran_out_then_its_file_goes_within_five_days(at_now, draft, client_of):
    file = stored(draft, client_of)
    file.document.__class__.objects.update(valid_until=dt.date(2026, 11, 23))
    first = dt.datetime(2026, 11, 28, tzinfo=NOW.tzinfo)
    assert [due("ended_papers", at_now, first + n * SECOND) for n in (-1, 0)] == [0, 1]


def test_draft_when_nobody_goes_on_for_half_a_year_then_destroyed_with_its_papers(
    at_now, draft, client_of, django_capture_on_commit_callbacks
):
    file = stored(draft, client_of)
    kept = submitted(number=factories.number(9))
    limit = NOW + 180 * DAY
    # The history carries the database's own clock, which stands within days of NOW.
    written = draft.events.latest("pgh_created_at").pgh_created_at + 180 * DAY
    limit = max(limit, written)
    assert [due("abandoned_drafts", at_now, limit + n * SECOND) for n in (-1, 0, 1)] == [0, 0, 1]
    with django_capture_on_commit_callbacks(execute=True):
        assert destroyed("abandoned_drafts") == 1
    assert list(Merchant.objects.all()) == [kept]
    with pytest.raises(store.PaperLost):
        store.load(file.stored_name, key_id=file.key_id)


def in_use(draft):
    """Staff booked for it at the counter."""
    booking = hold(factories.studio(), factories.merchant())
    Booking.objects.filter(pk=booking.pk).update(merchant=draft)
    return booking


def long_after(merchant):
    """When nobody has written in it for half a year, by the database's own clock too."""
    return max(NOW, merchant.events.latest("pgh_created_at").pgh_created_at) + 180 * DAY


def test_visitor_when_nobody_comes_back_for_half_a_year_then_destroyed(at_now):
    visitor = register.register_visitor(name="첫손님 가게", phone="010-2222-3333")
    limit = long_after(visitor)
    assert [due("abandoned_drafts", at_now, limit + n * SECOND) for n in (-1, 0, 1)] == [0, 0, 1]
    assert destroyed("abandoned_drafts") == 1
    assert not Merchant.objects.exists()


def test_draft_when_bookings_hang_on_it_then_its_papers_go_after_half_a_year(
    at_now, draft, client_of, house, django_capture_on_commit_callbacks
):
    file = stored(draft, client_of)
    in_use(draft)
    code, limit = "papers_of_abandoned_drafts", long_after(draft)
    assert [due(code, at_now, limit + n * SECOND) for n in (-1, 0, 1)] == [0, 0, 1]
    assert due("abandoned_drafts", at_now, limit + SECOND) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert destroyed(code) == 1
    with pytest.raises(store.PaperLost):
        store.load(file.stored_name, key_id=file.key_id)


def test_draft_when_its_person_leaves_then_gone_with_its_papers(
    draft, owner, client_of, django_capture_on_commit_callbacks
):
    file = stored(draft, client_of)
    with django_capture_on_commit_callbacks(execute=True):
        closing.close(user=owner)
    assert not Merchant.objects.exists()
    with pytest.raises(store.PaperLost):
        store.load(file.stored_name, key_id=file.key_id)


def test_draft_in_use_when_its_person_leaves_then_names_nobody_and_is_no_visitor(
    draft, owner, client_of, house, django_capture_on_commit_callbacks
):
    file, booking = stored(draft, client_of), in_use(draft)
    Booking.objects.filter(pk=booking.pk).update(state="expired", held_until=None)
    booking.allocations.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        closing.close(user=owner)
    draft.refresh_from_db()
    assert (draft.name, draft.number, draft.phone) == ("탈퇴한 방문자", None, "")
    assert (draft.emptied_at, draft.district) == (NOW, entries()["district"])
    with pytest.raises(store.PaperLost):
        store.load(file.stored_name, key_id=file.key_id)
    assert not draft.documents.exists()
    assert not Merchant.objects.visitors().exists()
    assert draft not in Merchant.objects.known_to_staff()
    with pytest.raises(RuleViolation) as refusal:
        visitors.invite(visitor=draft, email="somebody@example.com", by=factories.staff())
    assert refusal.value.codes == ("not_visitor",)


def test_history_when_its_draft_is_destroyed_then_goes_and_that_of_others_stays(
    draft, owner, client_of
):
    stored(draft, client_of)
    kept = factories.merchant()
    closing.close(user=owner)
    events = apps.get_model("merchants", "MerchantEvent").objects
    assert events.filter(pgh_obj_id=draft.pk).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        events.filter(pgh_obj_id=draft.pk).delete()
    assert destroyed("history_of_drafts") > 0
    assert {event.pgh_obj_id for event in events.all()} == {kept.pk}
    assert not apps.get_model("merchants", "DocumentEvent").objects.exists()
    assert destroyed("history_of_drafts") == 0
    with pytest.raises(DatabaseError), transaction.atomic():  # the guard stands again
        events.all().delete()


def test_history_when_a_draft_in_use_is_emptied_then_only_what_names_nobody_stays(
    draft, owner, house
):
    booking = in_use(draft)
    Booking.objects.filter(pk=booking.pk).update(state="expired", held_until=None)
    booking.allocations.all().delete()
    closing.close(user=owner)
    assert destroyed("history_of_drafts") > 0
    event = apps.get_model("merchants", "MerchantEvent").objects.get(pgh_obj_id=draft.pk)
    assert (event.name, event.phone, event.representative) == ("탈퇴한 방문자", "", "")


def test_draft_left_behind_before_then_emptied_by_the_migration(draft, owner):
    visitor = register.register_visitor(name="첫손님 가게", phone="010-2222-3333")
    draft.memberships.all().delete()
    migration = import_module("merchants.migrations.0015_drafts_left_behind")
    migration.empty_drafts_left_behind(apps, None)
    assert list(Merchant.objects.visitors()) == [visitor]
    draft.refresh_from_db()
    assert draft.phone == ""


def test_discard_when_the_center_knows_the_business_then_it_stays():
    merchant = submitted()
    register.discard(merchant=merchant)
    assert Merchant.objects.get() == merchant


def test_invitation_when_it_ended_ninety_days_ago_then_destroyed(at_now, merchant, owner):
    members.invite(merchant=merchant, email="a@example.com", by=owner)
    runs_out = NOW + 7 * DAY
    limit = runs_out + 90 * DAY
    code = "ended_invitations"
    assert [due(code, at_now, limit + n * SECOND) for n in (-1, 0, 1)] == [0, 0, 1]
    assert destroyed(code) == 1
    assert not Invitation.objects.exists()


def test_request_when_answered_ninety_days_ago_then_destroyed_open_ones_stay(
    at_now, merchant, owner
):
    answered, unanswered = (
        members.ask_to_join(number=merchant.number, user=factories.user(), note="")
        for _ in range(2)
    )
    members.answer(request=answered, by=owner, accepted=False)
    at_now.move_to(NOW + 90 * DAY + SECOND)
    assert destroyed("answered_requests") == 1
    assert JoinRequest.objects.get() == unanswered
