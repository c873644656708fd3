"""Services around an application: who is refused what, and what happens twice."""

from __future__ import annotations

import datetime as dt

import pytest

from center.errors import RuleViolation
from center.notifications.models import Message
from programs.models import Application, ApplicationState, Picture, ProgramState
from programs.services import apply, checking, places, products
from tests import factories
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

_S = ApplicationState
HOUR = dt.timedelta(hours=1)


def refused(act, *codes):
    with pytest.raises(RuleViolation) as refusal:
        act()
    assert refusal.value.codes == codes
    assert all(v.message and v.remedy for v in refusal.value.violations)


def test_begin_when_one_is_there_then_the_same_and_after_giving_up_a_new_one(merchant, owner):
    program = factories.program()
    first = apply.begin(user=owner, merchant=merchant, program=program)
    assert apply.begin(user=owner, merchant=merchant, program=program) == first
    done = apply.hand_in(application=first, entries=apply.Entries(), by=owner)
    apply.withdraw(application=done)
    again = apply.begin(user=owner, merchant=merchant, program=program)
    assert again.pk != first.pk


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": "draft", "published_at": None}, "not_open_yet"),
        ({"opens_at": NOW + HOUR}, "not_open_yet"),
        ({"closes_at": NOW}, "closed"),
        ({"state": ProgramState.CANCELLED}, "called_off"),
    ],
)
def test_begin_when_the_call_is_not_open_then_refused(merchant, owner, fields, code):
    program = factories.program(**fields)
    refused(lambda: apply.begin(user=owner, merchant=merchant, program=program), code)


def test_begin_when_supported_this_year_then_refused_and_next_year_not(merchant, owner, at_now):
    program = factories.program("social_media", once_a_year=True, closes_at=NOW + 90 * 24 * HOUR)
    before = factories.program("social_media")
    factories.application(before, merchant, state=_S.SELECTED, decided_at=NOW)

    def begin():
        return apply.begin(user=owner, merchant=merchant, program=program)

    refused(begin, "supported_this_year")
    at_now.move_to(dt.datetime(2026, 12, 31, 14, 59, tzinfo=dt.UTC))
    refused(begin, "supported_this_year")
    at_now.move_to(dt.datetime(2026, 12, 31, 15, 0, tzinfo=dt.UTC))  # New Year in Korea
    assert begin().state == _S.DRAFT


def test_begin_when_the_other_program_was_called_off_or_of_another_kind_then_no_support(
    merchant, owner
):
    program = factories.program("social_media", once_a_year=True)
    called_off = factories.program("social_media", state=ProgramState.CANCELLED)
    for other in (called_off, factories.program("consulting")):
        factories.application(other, merchant, state=_S.SELECTED, decided_at=NOW)
    assert apply.begin(user=owner, merchant=merchant, program=program).state == _S.DRAFT


def test_repeat_share_when_a_newcomer_comes_then_let_in_and_the_repeater_not(merchant, owner):
    program = factories.program(quota=5, repeat_percent=20)
    earlier = factories.program()
    taken = factories.merchant()
    for business in (merchant, taken):
        factories.application(earlier, business, state=_S.SELECTED, decided_at=NOW)
    factories.application(program, taken, state=_S.SELECTED)
    refused(lambda: apply.begin(user=owner, merchant=merchant, program=program), "repeat_full")
    new = factories.merchant()
    person = new.memberships.get().user
    assert apply.begin(user=person, merchant=new, program=program).state == _S.DRAFT


def test_withdraw_when_sent_twice_then_told_once_and_not_after_a_decision(merchant):
    application = factories.application(factories.program("social_media"), merchant)
    apply.withdraw(application=application)
    apply.withdraw(application=application)
    told = Message.objects.filter(kind="programs.withdrawn", channel="inbox")
    assert told.count() == 1
    decided = factories.application(factories.program(), state=_S.NOT_SELECTED)
    refused(lambda: apply.withdraw(application=decided), "not_withdrawable")


def test_discard_when_handed_in_then_refused_and_twice_is_nothing(merchant, owner):
    application = factories.application(factories.program(), merchant)
    refused(lambda: apply.discard(application=application), "not_editable")
    draft = apply.begin(user=owner, merchant=merchant, program=factories.program())
    apply.discard(application=draft)
    apply.discard(application=draft)
    assert list(Application.objects.all()) == [application]


def test_products_when_too_many_or_the_last_then_refused(merchant, settings):
    settings.PROGRAM_PRODUCTS, settings.PROGRAM_PHOTOS = 2, 1
    application = factories.application(factories.program("live_commerce"), merchant)
    ready = application.products.create(position=1, name="유자청", price=1, stock=1)
    refused(lambda: products.remove(product=ready), "last_product")
    added = products.add(application=application)
    refused(lambda: products.add(application=application), "too_many_products")
    photo = products.add_photo(product=added, content=b"jpeg")
    refused(lambda: products.add_photo(product=added, content=b"jpeg"), "too_many_files")
    products.remove_photo(photo=photo)
    assert not Picture.objects.exists()
    products.remove(product=added)
    products.remove(product=added)
    assert list(application.products.all()) == [ready]


def test_products_when_the_deadline_has_passed_then_refused(merchant, at_now):
    program = factories.program("live_commerce")
    application = factories.application(program, merchant)
    at_now.move_to(program.closes_at)
    refused(lambda: products.add(application=application), "closed")


def test_checking_when_it_makes_no_sense_then_refused(merchant):
    staff = factories.staff()
    application = factories.application(factories.program("social_media"), merchant)
    case = {"application": application, "revision": 0, "by": staff}
    refused(lambda: checking.ask_for(note="?", until=NOW, **case), "until_past")
    refused(lambda: checking.reject(reason=" ", **case), "reason_missing")
    refused(lambda: checking.look_again(**case), "not_rejected")
    refused(lambda: checking.reject(reason="x", **{**case, "revision": 1}), "changed_meanwhile")
    checking.reject(reason="대상이 아닙니다.", **case)
    rejected = {**case, "revision": 1}
    refused(lambda: checking.reject(reason="x", **rejected), "not_undecided")
    refused(lambda: checking.ask_for(note="?", until=NOW + HOUR, **rejected), "not_undecided")
    assert checking.look_again(**rejected).state == _S.SUBMITTED


def test_reject_when_scored_and_decided_then_refused(merchant):
    application = factories.application(
        factories.program("social_media"), merchant, state=_S.SELECTED
    )
    staff = factories.staff()
    case = {"application": application, "revision": 0, "by": staff}
    refused(lambda: checking.reject(reason="x", **case), "not_undecided")


def test_accept_when_nothing_is_offered_then_refused_and_twice_is_the_same(merchant):
    application = factories.application(factories.program(), merchant)
    case = {"by": merchant.memberships.get().user}
    refused(lambda: places.accept(application=application, **case), "not_offered")
    refused(lambda: places.decline(application=application, **case), "not_offered")
    offered = factories.application(factories.program(), merchant, state=_S.OFFERED)
    assert places.accept(application=offered, **case).state == _S.SELECTED
    assert places.accept(application=offered, **case).state == _S.SELECTED
    assert Message.objects.filter(kind="programs.accepted", channel="inbox").count() == 1


def test_scored_place_when_freed_before_the_results_then_nobody_is_offered_it():
    program = factories.program("social_media", quota=1)
    placed = factories.application(program, state=_S.SELECTED)
    waiting = factories.application(program, state=_S.RESERVE)
    apply.withdraw(application=placed)
    waiting.refresh_from_db()
    assert waiting.state == _S.RESERVE
    program.state, program.announced_at = ProgramState.ANNOUNCED, NOW
    program.save(update_fields=["state", "announced_at"])
    places.fill_now(program=program)
    waiting.refresh_from_db()
    assert waiting.state == _S.OFFERED
