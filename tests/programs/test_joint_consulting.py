"""Consultations of a joint application: whose they count for, and who may arrange them."""

import datetime as dt

import pytest
from django.conf import settings

from center.errors import RuleViolation
from programs.models import Application, ApplicationState, CoApplicant, ConsultingRule
from programs.services import consulting
from tests import factories
from tests.conftest import NOW, kst
from tests.programs.test_joint_parts import owner_of, taking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
_S = ApplicationState


def ask(application):
    wishes = [kst(27, hour) for hour in (10, 13, 15)]
    return consulting.request(
        application=application,
        by=owner_of(application),
        field="marketing",
        way="here",
        question="무엇부터 할까요?",
        wishes=wishes,
    )


@pytest.mark.parametrize("together", [0, 1])
def test_consultation_when_a_partner_is_at_its_limit_then_refused_and_just_below_given(together):
    application = taking("consulting")
    partner = application.co_applicants.get()
    for _n in range(2):
        alone = factories.application(factories.program("consulting"), partner.merchant, "selected")
        factories.consultation(alone)
    if together:
        third = factories.application(
            factories.program("consulting", is_joint=True), state=_S.DRAFT
        )
        CoApplicant.objects.create(
            application=third, merchant=partner.merchant, state="confirmed", answered_at=NOW
        )
        Application.objects.filter(pk=third.pk).update(state=_S.SELECTED, place=1, submitted_at=NOW)
        factories.consultation(third)
        with pytest.raises(RuleViolation, match="partner_used_up") as refusal:
            ask(application)
        (violation,) = refusal.value.violations
        told = f"{violation.message} {violation.remedy}"
        assert settings.CENTER_PHONE in told
        for secret in (partner.merchant.name, third.program.title, third.merchant.name):
            assert secret not in told
    else:
        assert ask(application).pk


def test_consultation_when_had_with_a_lead_then_it_counts_for_the_partner_alone():
    ConsultingRule.objects.create(valid_from=dt.date(2026, 1, 1), per_year=1)
    had = taking("consulting")
    factories.consultation(had)
    partner = had.co_applicants.get().merchant
    own = factories.application(factories.program("consulting"), partner, "selected")
    with pytest.raises(RuleViolation, match="consultations_used_up") as refusal:
        ask(own)
    assert had.program.title in refusal.value.violations[0].message
    stranger = factories.application(factories.program("consulting"), state="selected")
    assert ask(stranger).pk


def test_consultation_when_its_own_alone_were_counted_then_no_program_is_named():
    ConsultingRule.objects.create(valid_from=dt.date(2026, 1, 1), per_year=1)
    own = factories.application(factories.program("consulting"), state="selected")
    program = factories.program("consulting", title="맞춤 상담")
    factories.consultation(factories.application(program, own.merchant, "selected"))
    with pytest.raises(RuleViolation, match="consultations_used_up") as refusal:
        ask(own)
    assert program.title not in refusal.value.violations[0].message


def test_consultation_when_staff_belong_to_a_partner_then_they_neither_assign_nor_call_off():
    application = taking("consulting")
    colleague = owner_of(application.co_applicants.get())
    row = ask(application)
    given = {"consultant": factories.consultant(), "starts": kst(27, 10)}
    place = consulting.Place(text="가게")
    with pytest.raises(RuleViolation, match="own_business"):
        consulting.assign(consultation=row, by=colleague, place=place, **given)
    off = {"consultation": row, "reason": "전문가 없음", "by_staff": True}
    with pytest.raises(RuleViolation, match="own_business"):
        consulting.call_off(**off, by=colleague)
    row = consulting.assign(consultation=row, by=factories.staff(), place=place, **given)
    assert row.state == "assigned"
    assert consulting.call_off(**off, by=factories.staff()).state == "cancelled"
