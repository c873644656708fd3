"""Personal data of what came of programs: exported, destroyed in time, found after a leak."""

import datetime as dt
import json

import pytest

from center import retention
from programs import outcome_exports, outcome_retention
from programs.models import (
    Consultation,
    Outcome,
    PartnerLetter,
    Product,
    ProductReview,
    Satisfaction,
    Session,
)
from programs.outcome_affected import by_consultations
from programs.services import exhibitions, joint, outcomes, partners
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
FIVE_YEARS_AGO = kst(23, 10, 41, year=2021)
SECOND = dt.timedelta(seconds=1)


def test_outcomes_when_exported_then_ones_own_alone(owner, merchant):
    row = factories.application(factories.program("exhibition_offline"), merchant, "completed")
    other = factories.application(factories.program("live_commerce"), state="completed")
    by = factories.staff()
    product = Product.objects.create(application=row, position=1, name="대추청", price=1, stock=1)
    exhibitions.review(product=product, state="refused", reason="수입품", by=by)
    exhibitions.settle(application=row, sales=900, orders=3, fee=0, note="", by=by)
    Satisfaction.objects.create(application=row, content=5, conduct=4, usefulness=3, text="좋음")
    for application in (row, other):
        asked = Outcome.objects.create(application=application, stage=7, ended_on=NOW.date())
        outcomes.answer(outcome=asked, said=outcomes.Said(sales=7, orders=1))
    (told,), _files = outcome_exports.outcomes_of(owner)
    assert told["receipt"] == row.receipt
    assert [figures["sales"] for figures in told["figures"]] == [7]
    assert told["settlement"]["sales"] == 900
    assert told["satisfaction"]["text"] == "좋음"
    assert told["products_looked_at"][0]["reason"] == "수입품"
    assert ProductReview.objects.count() == 1


def test_consultations_when_exported_then_of_the_business_and_of_the_consultant(owner, merchant):
    program = factories.program("consulting")
    factories.consultation(factories.application(program, merchant, "selected"))
    factories.consultation()
    told, _files = outcome_exports.consultations_of(owner)
    assert [row["business"] for row in told["asked"]] == [merchant.name]
    assert told["held"] == []


def test_consultations_when_a_consultant_exports_then_not_what_businesses_said():
    row = factories.consultation()
    consultant = factories.evaluator()
    own = {"application": row.application, "merchant": row.merchant, "consultant": consultant}
    session = factories.session(row.application.program, kind="consultation", **own)
    rows = Consultation.objects.filter(pk=row.pk)
    rows.update(state="assigned", consultant=consultant, session=session, assigned_at=NOW)
    said = {"situation": "매출 부진", "advice": "사진 교체", "next_steps": "다시 촬영"}
    rows.update(state="closed", closed_at=NOW, **said)
    told, _files = outcome_exports.consultations_of(consultant)
    (held,) = told["held"]
    assert (held["number"], held["state"]) == (row.reference, "보고서 완료")
    whole = json.dumps(held, default=str, ensure_ascii=False)
    for secret in (row.merchant.name, row.question, "매출 부진", "사진 교체"):
        assert secret not in whole


def test_partners_when_exported_then_entry_letters_and_named_in(owner, merchant):
    partners.join(merchant=merchant, offers="빵", looks_for="", by=owner)
    other = factories.merchant()
    entry = partners.join(merchant=other, offers="잼", looks_for="", by=factories.user())
    partners.write(sender=merchant, partner=entry, text="함께", by=owner)
    lead = factories.application(
        factories.program("exhibition_online", is_joint=True), other, "draft"
    )
    joint.name(application=lead, number=merchant.number, by=other.memberships.get().user)
    told, _files = outcome_exports.partners_of(owner)
    assert [row["offers"] for row in told["entries"]] == ["빵"]
    assert [row["text"] for row in told["written"]] == ["함께"]
    assert [row["application__merchant__name"] for row in told["named_in"]] == [other.name]


@pytest.mark.parametrize(("at", "is_due"), [(-SECOND, True), (0 * SECOND, False)])
def test_words_of_a_consultation_go_when_five_years_are_over(at, is_due):
    by = factories.user()
    row = factories.consultation()
    times = {"starts": FIVE_YEARS_AGO - dt.timedelta(days=9), "title": "x", "kind": "consultation"}
    session = Session.objects.create(
        program=row.application.program, ends=FIVE_YEARS_AGO - dt.timedelta(days=8), **times
    )
    met = {"session": session, "consultant": by, "assigned_at": FIVE_YEARS_AGO}
    Consultation.objects.update(state="assigned", **met)
    log = {"situation": "비밀", "advice": "비밀", "next_steps": "비밀"}
    Consultation.objects.update(state="closed", closed_at=FIVE_YEARS_AGO + at, **log)
    found = {outcome.rule.code: outcome for outcome in retention.run(destroy=True)}
    assert found["old_consultations"].destroyed == is_due
    row.refresh_from_db()
    gone = outcome_retention.WORDS_GONE
    assert (row.question == gone, row.advice == gone) == (is_due, is_due)
    assert retention.run(destroy=False)[0].due == 0


@pytest.mark.parametrize(("at", "is_due"), [(-SECOND, True), (0 * SECOND, False)])
def test_letters_go_after_a_year(at, is_due):
    sender, receiver = factories.merchant(), factories.merchant()
    who = {"sender": sender, "receiver": receiver, "written_by": factories.user()}
    PartnerLetter.objects.create(**who, text="x", at=kst(23, 10, 41, year=2025) + at)
    retention.run(destroy=True)
    assert PartnerLetter.objects.exists() is not is_due


def test_affected_when_consultations_were_seen_then_business_and_people(owner, merchant):
    program = factories.program("consulting")
    application = factories.application(program, merchant, "selected")
    row = factories.consultation(application, requested_by=owner)
    first, *rest = by_consultations([row.pk])
    people = {row[2] for row in first.union(*rest)}
    assert {merchant.name, owner.name} <= people
