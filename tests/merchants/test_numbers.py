"""Whose a business number is: shown to be somebody's, given back, asked for too often."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from center import clock
from center.notifications.models import Message
from merchants.models import JoinRequest, Merchant
from merchants.services import members, register, verify
from tests import factories
from tests.conftest import NOW, logged_in
from tests.merchants import cases
from tests.merchants.test_members import codes
from tests.merchants.test_register import entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)


def returned_unproven(**fields):
    """Somebody typed in a number, submitted papers that prove nothing, and was sent back."""
    return factories.merchant(
        state="returned", verified_until=None, return_reasons=["other"], **fields
    )


def submitted(merchant, **fields):
    return factories.merchant(
        number=merchant.number,
        state="submitted",
        verified_until=None,
        submitted_at=NOW,
        decide_until=NOW,
        **fields,
    )


def test_number_when_its_holder_was_returned_unproven_then_free_for_its_business():
    squatted = returned_unproven()
    person = factories.user()
    asked = {"number": squatted.number, "user": person, "note": ""}
    assert codes(members.ask_to_join, **asked) == ("unknown_number",)
    draft = register.start(user=person, entries=entries(number=squatted.number))
    assert draft.number == squatted.number
    second = submitted(squatted)
    # Who was returned comes too late now.
    with pytest.raises(IntegrityError, match="merchant_number_once"), transaction.atomic():
        Merchant.objects.filter(pk=squatted.pk).update(
            state="submitted", submitted_at=NOW, decide_until=NOW
        )
    assert Merchant.objects.holding(squatted.number).get() == second


def test_number_when_its_business_was_verified_once_then_kept_while_returned(merchant, owner):
    register.change(merchant=merchant, entries={"address": "대구광역시 중구 새길 1"})
    merchant.refresh_from_db()
    staff = factories.staff()
    case = {"revision": merchant.revision, "by": staff, "note": "사진이 흐립니다."}
    verify.send_back(merchant=merchant, reasons=["unreadable"], **case)
    merchant.refresh_from_db()
    assert (merchant.keeps_number, merchant.is_proven) == (True, True)
    person = factories.user()
    start = {"user": person, "entries": entries(number=merchant.number)}
    assert codes(register.start, **start) == ("number_registered",)
    with pytest.raises(IntegrityError, match="merchant_number_once"), transaction.atomic():
        submitted(merchant)
    # Its owner still decides who joins.
    asked = members.ask_to_join(number=merchant.number, user=person, note="")
    assert members.answer(request=asked, by=owner, accepted=True).state == "accepted"


def test_request_when_the_business_is_unproven_then_its_owner_neither_sees_nor_answers():
    squatter = factories.user()
    squatted = factories.merchant(
        owner=squatter, state="submitted", verified_until=None, submitted_at=NOW, decide_until=NOW
    )
    person = factories.user()
    asked = members.ask_to_join(number=squatted.number, user=person, note="제 가게입니다.")
    assert codes(members.answer, request=asked, by=squatter, accepted=False) == ("not_proven",)
    asked.refresh_from_db()
    assert asked.state == "open"
    pages = [
        logged_in(squatter).get(reverse(name)).content.decode() for name in ("merchant", "members")
    ]
    assert [page for page in pages if "제 가게입니다." in page] == []
    assert not squatter.messages.exists()
    assert list(JoinRequest.objects.open().for_staff()) == [asked]


def test_requests_when_five_within_a_day_then_the_sixth_is_refused_until_one_is_old(at_now):
    person = factories.user()
    businesses = [factories.merchant() for _each in range(7)]
    for business in businesses[:5]:
        members.ask_to_join(number=business.number, user=person, note="")
    sixth = {"number": businesses[5].number, "user": person, "note": ""}
    at_now.shift(dt.timedelta(days=1) - SECOND)
    assert codes(members.ask_to_join, **sixth) == ("too_many_requests",)
    at_now.shift(SECOND)
    assert members.ask_to_join(**sixth).state == "open"


@pytest.mark.parametrize("name", ["register", "join"])
def test_numbers_when_tried_too_often_then_refused_whatever_they_are(name, merchant):
    client = logged_in(factories.user())
    told = []
    for n in range(21):
        number = factories.number(70_001 + n) if n < 20 else merchant.number
        data = entries(number=number) if name == "register" else {"number": number}
        page = client.post(reverse(name), data)
        told.append("한 시간 뒤에" in page.content.decode())
        if page.status_code == 302:
            register.discard(merchant=Merchant.objects.get(number=number))
    assert told == [False] * 20 + [True]


def test_number_when_another_one_is_typed_in_while_returned_then_it_is_proven_no_more(merchant):
    Merchant.objects.filter(pk=merchant.pk).update(
        state="returned", return_reasons=["differs"], keeps_number=True, verified_until=None
    )
    done = register.change(merchant=merchant, entries={"number": factories.number(77)})
    assert (done.keeps_number, done.is_proven) == (False, False)
    stranger = register.start(user=factories.user(), entries=entries(number=done.number))
    assert stranger.number == done.number


def test_request_when_the_business_is_verified_then_its_owner_hears_of_it(papers_root):
    waiting = cases.waiting()
    person = factories.user()
    members.ask_to_join(number=waiting.number, user=person, note="직원입니다.")
    asked = Message.objects.filter(kind="merchants.join_asked", channel="inbox")
    assert not asked.exists()
    case = {"revision": waiting.revision, "until": clock.today() + 100 * clock.DAY}
    verify.verify(merchant=waiting, by=factories.staff(), **case)
    assert asked.get().recipient == waiting.memberships.get().user


# Rows the release before wrote while the update rolled -----------------------------------------
def returned_by_old_code(merchant, **fields):
    """It knew nothing of ``keeps_number``."""
    returned = {"state": "returned", "return_reasons": ["differs"], "verified_until": None}
    Merchant.objects.filter(pk=merchant.pk).update(**returned, **fields)


def keeps_number_after_the_migration(merchant) -> bool:
    migration = import_module("merchants.migrations.0013_keep_proven_numbers_again")
    migration.keep_proven_numbers(apps, None)
    return Merchant.objects.get(pk=merchant.pk).keeps_number


def test_migration_when_a_verified_business_was_returned_by_old_code_then_it_keeps_its_number(
    merchant,
):
    returned_by_old_code(merchant)
    assert keeps_number_after_the_migration(merchant)
    assert Merchant.objects.holding(merchant.number).get() == merchant


def test_migration_when_a_founder_without_number_was_verified_then_stays_proven():
    founder = factories.merchant(kind="pre_founder", number=None)
    returned_by_old_code(founder)
    assert keeps_number_after_the_migration(founder)


def test_migration_when_the_number_was_changed_since_then_not_kept(merchant):
    returned_by_old_code(merchant)
    Merchant.objects.filter(pk=merchant.pk).update(number=factories.number(78))
    assert not keeps_number_after_the_migration(merchant)


def test_migration_when_another_business_holds_the_number_by_now_then_it_stays_theirs(merchant):
    returned_by_old_code(merchant)
    theirs = submitted(merchant)
    assert not keeps_number_after_the_migration(merchant)
    assert Merchant.objects.holding(merchant.number).get() == theirs


def test_migration_when_a_draft_was_returned_and_never_verified_then_nothing_is_kept():
    draft = register.start(user=factories.user(), entries=entries())
    Merchant.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_at=NOW, decide_until=NOW
    )
    returned_by_old_code(draft, decide_until=None)
    assert not keeps_number_after_the_migration(draft)
