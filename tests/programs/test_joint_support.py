"""Who is supported by a joint application: the lead and every partner who confirmed."""

import datetime as dt

import pytest

from center.errors import RuleViolation
from center.notifications.models import Message
from programs import basis, selection_check, wording
from programs.kinds import KINDS
from programs.models import Application, ApplicationState, CoApplicant, CoState, DistrictQuota
from programs.services import announce, apply, calls, facts, places
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
_S = ApplicationState
DAY = dt.timedelta(days=1)
KIND = "social_media"


def joint(program, *partners, lead=None, state=CoState.CONFIRMED):
    """A draft of several."""
    draft = factories.application(program, lead, _S.DRAFT)
    for partner in partners:
        answered = None if state == CoState.ASKED else NOW
        CoApplicant.objects.create(
            application=draft, merchant=partner, state=state, answered_at=answered
        )
    return draft


def submitted(draft, state=_S.SUBMITTED, **fields):
    """The same, handed in behind the rules."""
    values = {"state": state, "submitted_at": NOW, "district": draft.merchant.district}
    if state in _S.placed:
        values |= {"decided_at": NOW, "place": draft.program.applications.placed().count() + 1}
    Application.objects.filter(pk=draft.pk).update(**values, **fields)
    draft.refresh_from_db()
    return draft


def supported(*partners, **fields):
    """By an earlier round of the same kind, together; returns the lead."""
    round_before = factories.program(KIND, is_joint=True)
    return submitted(joint(round_before, *partners, **fields), _S.SELECTED).merchant


def hand_in(draft):
    return apply.hand_in(
        application=draft, entries=apply.Entries(), by=draft.merchant.memberships.get().user
    )


def refused(draft, *codes):
    with pytest.raises(RuleViolation) as refusal:
        hand_in(draft)
    assert refusal.value.codes == codes
    assert all(v.message and v.remedy for v in refusal.value.violations)


def call(**fields):
    return factories.program(KIND, is_joint=True, **fields)


@pytest.mark.parametrize("state", CoState.values)
def test_partner_when_confirmed_then_supported_this_year_and_else_not(state):
    partner = factories.merchant()
    supported(partner, state=state)
    program = call(once_a_year=True)
    codes = [v.code for v in facts.violations_for(program, partner, NOW)]
    assert codes == (["supported_this_year"] if state == CoState.CONFIRMED else [])


def test_hand_in_when_a_partner_was_supported_this_year_then_named_and_next_year_not(at_now):
    partner = factories.merchant(name="팔공 사과")
    supported(partner)
    program = call(once_a_year=True, closes_at=NOW + 90 * DAY)
    draft = joint(program, partner)
    with pytest.raises(RuleViolation, match="partner_supported") as refusal:
        hand_in(draft)
    assert "팔공 사과" in refusal.value.violations[0].message
    at_now.move_to(dt.datetime(2026, 12, 31, 14, 59, 59, tzinfo=dt.UTC))
    refused(draft, "partner_supported")
    at_now.move_to(dt.datetime(2026, 12, 31, 15, 0, tzinfo=dt.UTC))  # New Year in Korea
    assert hand_in(draft).state == _S.SUBMITTED


def test_hand_in_when_a_partner_may_not_apply_then_refused():
    gone = factories.merchant(verified_until=dt.date(2026, 11, 22))
    banned = factories.merchant()
    banned.suspensions.create(starts=NOW - DAY, ends=NOW + DAY, reason="노쇼")
    refused(joint(call(), gone, banned), "partner_not_verified", "partner_not_verified")
    assert hand_in(joint(call(), gone, banned, state=CoState.ASKED)).state == _S.SUBMITTED


def test_hand_in_when_a_partner_has_part_in_another_then_one_application_a_business():
    program, partner = call(), factories.merchant()
    first = joint(program, partner)
    second, own = joint(program, partner), joint(program, lead=partner)
    assert hand_in(first).state == _S.SUBMITTED
    refused(second, "partner_applies")
    refused(own, "partner_elsewhere")
    apply.withdraw(application=first)
    assert hand_in(own).state == _S.SUBMITTED
    refused(second, "partner_applies")


def test_first_come_when_a_partner_was_supported_before_then_counts_in_the_cap():
    partner, other = factories.merchant(), factories.merchant()
    supported(partner)
    lead = supported(other)
    rules = {"selection": "first_come", "quota": 4, "repeat_percent": 25}
    program = call(**rules)
    new = hand_in(joint(program, factories.merchant()))
    assert facts.repeat_taken(program) == 0
    assert hand_in(joint(program, partner)).state == _S.SELECTED
    assert facts.repeat_taken(program) == 1
    refused(joint(program, other), "repeat_full")
    refused(joint(program, lead=lead), "repeat_full")
    assert new.state == _S.SELECTED


def test_basis_when_any_business_was_supported_then_the_application_was():
    partner, lead = factories.merchant(), factories.merchant()
    supported(partner, lead=lead)
    program = factories.scored_program(is_joint=True, repeat_percent=50)
    program.kind = KIND
    program.save()
    by_lead = submitted(joint(program, lead=lead))
    by_partner = submitted(joint(program, partner))
    asked_only = submitted(joint(program, factories.merchant(), state=CoState.ASKED))
    nobody = submitted(joint(program, factories.merchant()))
    rows = {
        row["key"]: row["supported_before"] for row in basis.of_program(program)["applications"]
    }
    assert rows == {by_lead.pk: True, by_partner.pk: True, asked_only.pk: False, nobody.pk: False}


def test_quota_of_districts_then_the_place_is_the_leads():
    program = call(selection="first_come", quota=2)
    for district in ("27230", "27110"):
        DistrictQuota.objects.create(program=program, district=district, places=1)
    north = [factories.merchant(district="27230") for _ in range(2)]
    center = factories.merchant(district="27110")
    assert hand_in(joint(program, center, lead=north[0])).state == _S.SELECTED
    refused(joint(program, lead=north[1]), "full")
    assert hand_in(joint(program, lead=factories.merchant(district="27110"))).place == 2


@pytest.mark.parametrize("n", [1, 3])
def test_check_at_the_desk_then_partners_are_named_in_as_many_queries(n, django_assert_num_queries):
    program = call(once_a_year=True)
    rows = []
    for number in range(n):
        partner = factories.merchant(name=f"가게 {number}")
        rows.append(submitted(joint(program, partner)))
        supported(partner)
    rows = list(selection_check.to_check(program))
    with django_assert_num_queries(3):
        found = selection_check.checked(program, rows)
    assert ["가게 0" in line for line in found[0].against] == [True, False]


def test_call_when_joint_then_its_page_says_what_counts(client):
    program = call()
    page = client.get(program.get_absolute_url()).content.decode()
    said = wording.eligibility(program)
    assert [line in page for line in said[-3:]] == [True] * 3
    assert len(said) == len(wording.eligibility(factories.program(KIND))) + 3


# Whom it is told


def told(partner):
    """Links and states of what the owner of a partner was told, the first first."""
    owner = partner.memberships.get().user
    rows = Message.objects.filter(kind="programs.joint_moved", channel="inbox", recipient=owner)
    return [(row.link, row.context["state"]) for row in rows.order_by("pk")]


@pytest.mark.parametrize("kind", KINDS)
def test_steps_of_a_joint_application_of_every_kind_then_partners_hear_and_read_them(kind):
    partner, asked = factories.merchant(), factories.merchant()
    program = factories.program(kind, is_joint=True)
    draft = joint(program, partner)
    CoApplicant.objects.create(application=draft, merchant=asked)
    draft.products.create(position=1, name="사과", price=1, stock=1, is_ready=True)
    done = hand_in(draft)
    stands = "선정" if program.selection == "first_come" else "접수"
    row = draft.co_applicants.get(merchant=partner)
    link = f"/joint/answers/{row.pk}/"
    assert told(partner) == [(link, stands)]
    client = logged_in(partner.memberships.get().user)
    page = client.get(link).content.decode()
    assert f"<h1>{program.title}</h1>" in page
    assert f"<dd data-state>{stands}</dd>" in page
    assert done.receipt in page
    apply.withdraw(application=done)
    assert told(partner) == [(link, stands), (link, "철회함")]
    assert "<dd data-state>철회함</dd>" in client.get(link).content.decode()
    assert told(asked) == told(draft.merchant) == []


def test_decline_when_joint_then_the_partner_hears_of_it():
    partner = factories.merchant()
    places_of = {"selection": "first_come", "quota": 1, "reserve": 1}
    program = factories.program(KIND, is_joint=True, **places_of)
    first = hand_in(joint(program))
    done = hand_in(joint(program, partner))
    apply.withdraw(application=first)
    done.refresh_from_db()
    places.decline(application=done, by=done.merchant.memberships.get().user)
    assert told(partner)[-1][1] == "자리 포기"


def test_announce_when_joint_then_the_partner_hears_the_result_in_its_language():
    partner = factories.merchant()
    owner = partner.memberships.get().user
    owner.language = "en"
    owner.save(update_fields=["language"])
    program = factories.scored_program(is_joint=True)
    done = submitted(joint(program, partner))
    factories.sheet(factories.assignment(done, factories.evaluator()), 80, 80)
    digest = basis.digest(basis.of_program(program))
    announce.announce(program=program, seen=digest, by=factories.staff())
    assert [state for _link, state in told(partner)] == ["Selected"]


def test_call_off_when_joint_then_the_partner_hears_it_too():
    partner = factories.merchant()
    program = call()
    done = submitted(joint(program, partner), _S.SELECTED)
    calls.call_off(program=program, reason="강사 사정", by=factories.staff())
    (link, state), *more = told(partner)
    assert (state, more) == ("취소", [])
    page = logged_in(partner.memberships.get().user).get(link).content.decode()
    assert f"<dd data-state>{state}</dd>" in page
    assert done.receipt in page


def test_page_of_a_partner_when_another_reads_it_then_closed(client):
    partner = factories.merchant()
    done = submitted(joint(call(), partner))
    link = f"/joint/answers/{done.co_applicants.get().pk}/"
    assert client.get(link).status_code == 302
    for stranger in (factories.user(), done.merchant.memberships.get().user, factories.staff()):
        assert logged_in(stranger).get(link).status_code == 404
