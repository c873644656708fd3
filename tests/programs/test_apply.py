"""Services: drafts, handing in, the deadline, withdrawing."""

from __future__ import annotations

import datetime as dt

import pytest

from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.services import register
from programs.models import ApplicationState, DistrictQuota, Draft, QuestionKind
from programs.services import apply
from programs.services.apply import Entries
from tests import factories

pytestmark = pytest.mark.django_db

_S = ApplicationState


def handed_in(program, merchant, **entries):
    person = merchant.memberships.get().user
    draft = apply.begin(user=person, merchant=merchant, program=program)
    return apply.hand_in(
        application=draft, entries=Entries(contact_phone="010-1234-5678", **entries), by=person
    )


def kinds_told(application):
    return sorted(
        Message.objects.filter(context__receipt=application.receipt, channel="inbox").values_list(
            "kind", flat=True
        )
    )


def test_hand_in_when_there_is_a_place_then_first_place_and_message(at_now):
    program = factories.program(quota=2)
    application = handed_in(program, factories.merchant())
    assert (application.state, application.place) == (_S.SELECTED, 1)
    assert kinds_told(application) == ["programs.given"]


def test_hand_in_when_scored_then_received_without_a_place(at_now):
    program = factories.program("social_media")
    application = handed_in(program, factories.merchant(), baseline_sales=100)
    assert (application.state, application.place) == (_S.SUBMITTED, None)
    assert kinds_told(application) == ["programs.received"]


def test_hand_in_when_places_are_taken_then_line_then_full(at_now):
    program = factories.program(quota=1, reserve=1)
    handed_in(program, factories.merchant())
    second = handed_in(program, factories.merchant())
    assert (second.state, second.reserve_number) == (_S.RESERVE, 1)
    with pytest.raises(RuleViolation) as refused:
        handed_in(program, factories.merchant())
    assert refused.value.codes == ("full",)


def test_hand_in_when_the_district_was_just_changed_then_not_before_staff_have_looked(at_now):
    program, merchant = factories.program(quota=2, districts=["47"]), factories.merchant()
    register.change(merchant=merchant, entries={"district": "47290"})
    merchant.refresh_from_db()
    assert merchant.district == "47290"
    with pytest.raises(RuleViolation) as refused:
        handed_in(program, merchant)
    assert refused.value.codes == ("under_review",)
    assert "전화" in refused.value.violations[0].remedy
    type(merchant).objects.filter(pk=merchant.pk).update(review_asked_at=None)
    merchant.refresh_from_db()
    assert handed_in(program, merchant).place == 1


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (dt.timedelta(microseconds=-1), None),
        (dt.timedelta(0), "closed"),
        (dt.timedelta(seconds=1), "closed"),
    ],
)
def test_hand_in_at_the_deadline_then_the_instant_before_counts(at_now, offset, code):
    program, merchant = factories.program("social_media"), factories.merchant()
    person = merchant.memberships.get().user
    draft = apply.begin(user=person, merchant=merchant, program=program)
    at_now.move_to(program.closes_at + offset)
    entries = Entries(contact_phone="010-1234-5678")
    if code is None:
        done = apply.hand_in(application=draft, entries=entries, by=person)
        assert done.state == _S.SUBMITTED
        return
    with pytest.raises(RuleViolation) as refused:
        apply.hand_in(application=draft, entries=entries, by=person)
    assert refused.value.codes == (code,)


def test_save_typed_when_it_makes_no_sense_then_it_is_kept_and_gone_once_handed_in(at_now):
    program, merchant = factories.program("social_media"), factories.merchant()
    question = program.questions.create(position=1, kind=QuestionKind.NUMBER, label="매출")
    person = merchant.memberships.get().user
    draft = apply.begin(user=person, merchant=merchant, program=program)
    apply.save_typed(application=draft, typed={f"q{question.pk}": ["천만 원\0"]})
    assert Draft.objects.get().typed == {f"q{question.pk}": ["천만 원"]}
    apply.hand_in(application=draft, entries=Entries(answers={question.pk: "10000000"}), by=person)
    assert not Draft.objects.exists()
    assert draft.answers.get().value == "10000000"


def test_withdraw_when_somebody_is_in_line_then_the_place_is_offered_at_once(at_now):
    program = factories.program(quota=1, reserve=2)
    first, second, third = (handed_in(program, factories.merchant()) for _ in range(3))
    apply.withdraw(application=first)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, second.place, third.reserve_number) == (_S.OFFERED, 1, 2)
    assert kinds_told(second) == ["programs.in_line", "programs.offered"]


def test_hand_in_for_shops_then_the_places_of_the_shop_s_district(at_now):
    program = factories.program("smart_shop", selection="first_come", quota=1, reserve=5)
    DistrictQuota.objects.create(program=program, district="27260", places=1)
    there = factories.merchant(district="27260")
    away = handed_in(program, there, applied_for="본점", district="27230")
    here = handed_in(program, factories.merchant(), applied_for="분점", district="27260")
    assert [(row.district, row.state) for row in (away, here)] == [
        ("27230", _S.RESERVE),
        ("27260", _S.SELECTED),
    ]


def test_change_of_where_the_market_lies_then_asked_again(at_now):
    program = factories.program("market_online", districts=["27"])
    merchant = factories.merchant()
    row = handed_in(program, merchant, district="27230")
    with pytest.raises(RuleViolation) as refused:
        handed_in(program, merchant, district="26110")
    assert refused.value.codes == ("district",)
    assert refused.value.violations[0].field == "district"
    assert handed_in(program, merchant, district="27260").pk == row.pk


def test_change_when_the_business_has_moved_then_its_application_stands(at_now):
    program, merchant = factories.program("social_media", districts=["27"]), factories.merchant()
    handed_in(program, merchant)
    merchant.district = "26110"
    merchant.save(update_fields=["district"])
    assert handed_in(program, merchant).state == _S.SUBMITTED
