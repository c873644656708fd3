"""What programs brought: asked for, answered, missing, taken down, looked at."""

import dataclasses
import datetime as dt

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.errors import RuleViolation
from center.notifications.models import Message
from programs import outcome_desk, outcome_links, tasks
from programs.kinds import KINDS
from programs.models import (
    Application,
    ApplicationState,
    Outcome,
    OutcomeState,
    ProgramState,
    Session,
    SessionKind,
    SessionState,
)
from programs.services import outcomes
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
FIGURES = {"sales": "1,200,000원", "orders": "40", "viewers": "900", "text": "재구매가 많았습니다"}
GIVEN = {"sales": 1_200_000, "orders": 40, "viewers": 900}


def took_part(kind="live_commerce", *, ended=dt.date(2026, 11, 16), **fields):
    """A business in a program that ended a week ago."""
    program = factories.program(kind, runs_from=ended, runs_until=ended)
    fields = {"state": ApplicationState.COMPLETED, **fields}
    return factories.application(program, **fields)


def asked(application=None, stage=7):
    """The row of one stage, as asking makes it."""
    application = application or took_part()
    outcomes.ask_due(now=NOW)
    return Outcome.objects.get(application=application, stage=stage)


def answer(row, **said):
    return outcomes.answer(outcome=row, said=outcomes.Said(**said))


def owner_of(row):
    return row.application.merchant.memberships.get().user


def address(outcome, person=None):
    token = outcome_links.outcome_token(outcome, person or owner_of(outcome))
    return reverse("outcome", args=[token])


@pytest.mark.parametrize("stage", [7, 30, 90])
def test_ask_from_the_day_on_and_not_before(stage):
    application = took_part(ended=dt.date(2026, 11, 2))
    due = kst(2) + stage * DAY
    outcomes.ask_due(now=due - SECOND)
    assert not Outcome.objects.filter(stage=stage).exists()
    outcomes.ask_due(now=due)
    row = Outcome.objects.get(stage=stage)
    assert (row.application, row.state, row.ended_on) == (
        application,
        "asked",
        dt.date(2026, 11, 2),
    )
    assert (row.sales, row.orders, row.viewers) == (None, None, None)


@pytest.mark.parametrize(("after", "is_asked"), [(20, True), (21, False)])
def test_ask_when_the_timetable_stood_still_then_made_up_for_two_weeks(after, is_asked):
    took_part(ended=dt.date(2026, 11, 2))
    assert outcomes.ask_due(now=kst(2, 23) + after * DAY) == is_asked


def test_ask_when_run_twice_then_once_with_one_message_to_who_applied():
    business = factories.merchant()
    member = factories.user()
    business.memberships.create(user=member)
    application = took_part(merchant=business, applied_by=member)
    assert [outcomes.ask_due(now=NOW), outcomes.ask_due(now=NOW)] == [1, 0]
    row = Outcome.objects.get(application=application)
    inbox = Message.objects.get(channel="inbox")
    assert (inbox.kind, inbox.recipient, inbox.link) == (
        "programs.outcome_asked",
        member,
        address(row, member),
    )


def test_ask_when_who_applied_was_deactivated_then_the_owner_whose_link_answers(client):
    business = factories.merchant()
    member = factories.user()
    business.memberships.create(user=member)
    application = took_part(merchant=business, applied_by=member)
    member.is_active = False
    member.save(update_fields=["is_active"])
    asked(application)
    inbox = Message.objects.get(channel="inbox")
    assert inbox.recipient == business.memberships.get(role="owner").user
    assert client.get(inbox.link).status_code == 200


def test_ask_when_a_broadcast_was_later_then_counted_from_it():
    application = took_part()
    whose = {"program": application.program, "application": application}
    whose["merchant"] = application.merchant
    for day, kind, state in (
        (18, SessionKind.BROADCAST, SessionState.HELD),
        (21, SessionKind.REHEARSAL, SessionState.PLANNED),
        (22, SessionKind.BROADCAST, SessionState.CANCELLED),
    ):
        starts = kst(day, 10)
        values = {"starts": starts, "ends": starts + dt.timedelta(hours=1), "title": "방송"}
        if state == SessionState.CANCELLED:
            values |= {"reason": "송출 장애", "cancelled_at": NOW}
        Session.objects.create(**whose, **values, kind=kind, state=state)
    assert outcomes.ask_due(now=kst(25) - SECOND) == 0
    assert outcomes.ask_due(now=kst(25)) == 1


@pytest.mark.parametrize("state", ApplicationState.values)
def test_ask_only_those_who_took_part(state):
    took_part(state=state, reason="x", supplement_note="x")
    assert outcomes.ask_due(now=NOW) == (state in ApplicationState.taking_part)


@pytest.fixture
def unasked(monkeypatch):
    """A kind of which nothing is asked afterwards."""
    kind = dataclasses.replace(KINDS["education"], asks_use=False)
    monkeypatch.setitem(KINDS, "education", kind)


def test_ask_when_called_off_or_of_a_kind_without_figures_then_nobody(unasked):
    took_part("education", ended=NOW.date() - 30 * DAY)
    called_off = took_part().program
    called_off.state = ProgramState.CANCELLED
    called_off.save()
    assert outcomes.ask_due(now=NOW) == 0


@pytest.mark.parametrize("chases", [0, 1])
def test_follow_up_from_the_fifth_day_on_asks_again(chases):
    row = asked()
    Outcome.objects.update(chases=chases)
    late = NOW + 5 * DAY
    assert outcomes.follow_up(now=late - SECOND) == 0
    assert [outcomes.follow_up(now=late), outcomes.follow_up(now=late)] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.chases, row.told_at) == (OutcomeState.ASKED, chases + 1, late)
    message = Message.objects.get(kind="programs.outcome_again", channel="inbox")
    assert message.context["is_last"] is (chases == 1)


def test_follow_up_after_the_second_time_then_missing_and_without_figures():
    row = asked()
    steps = [outcomes.follow_up(now=NOW + days * DAY) for days in (5, 10, 15, 20)]
    row.refresh_from_db()
    assert steps == [1, 1, 1, 0]
    assert (row.state, row.sales, row.orders) == (OutcomeState.MISSING, None, None)


def test_follow_up_when_answered_then_left_alone():
    answer(asked(), **GIVEN)
    assert outcomes.follow_up(now=NOW + 5 * DAY) == 0


def test_page_when_sent_then_kept_as_typed_and_corrected_when_sent_again(client):
    row = asked()
    page = client.post(address(row), FIGURES)
    assert (page.status_code, page["location"]) == (302, f"{address(row)}?kept=1")
    row.refresh_from_db()
    assert (row.sales, row.orders, row.viewers) == (1_200_000, 40, 900)
    assert (row.state, row.source, row.text) == ("answered", "form", "재구매가 많았습니다")
    assert 'value="1,200,000"' in client.get(address(row)).content.decode()
    client.post(address(row), {**FIGURES, "sales": "0", "orders": "0", "viewers": ""})
    row.refresh_from_db()
    assert (row.sales, row.orders, row.viewers) == (0, 0, None)
    said = [event.sales for event in outcome_desk.history_of(row)]
    assert said == [None, 1_200_000, 0]


@pytest.mark.parametrize(
    ("field", "typed"), [("sales", ""), ("sales", "-1"), ("orders", "x"), ("sales", "1e3")]
)
def test_page_when_a_figure_is_none_then_asked_again_and_nothing_kept(client, field, typed):
    row = asked()
    page = client.post(address(row), {**FIGURES, field: typed})
    assert page.status_code == 400
    assert "재구매가 많았습니다" in page.content.decode()
    row.refresh_from_db()
    assert row.state == OutcomeState.ASKED


@pytest.mark.parametrize(("at", "works"), [(-SECOND, True), (0 * SECOND, False)])
def test_page_when_thirty_days_are_over_then_the_telephone_is_named(at_now, client, at, works):
    row = asked()
    at_now.move_to(row.asked_at + 30 * DAY + at)
    page = client.post(address(row), FIGURES)
    assert page.status_code == (302 if works else 409)
    assert Outcome.objects.answered().exists() is works
    assert works or 'data-code="outcome_closed"' in page.content.decode()


def test_page_when_missing_and_still_open_then_taken(client):
    row = asked()
    Outcome.objects.update(chases=2)
    Outcome.objects.update(state=OutcomeState.MISSING)
    assert client.post(address(row), FIGURES).status_code == 302


def test_link_when_forged_or_of_another_form_then_nothing_there(client):
    row = asked()
    person = owner_of(row)
    token = outcome_links.outcome_token(row, person)
    pk, who, signature = token.split(":")
    other = f"{pk}:{factories.user().pk}:{signature}"
    opinion = outcome_links.satisfaction_token(row.application, person)
    for forged in (f"{int(pk) + 1}:{who}:{signature}", other, pk, token[:-1], opinion):
        assert client.get(f"/outcomes/{forged}/").status_code == 404
    assert client.get(f"/outcomes/satisfaction/{token}/").status_code == 404


@pytest.mark.parametrize("leaves", ["the business", "the portal"])
def test_link_of_somebody_who_left_then_neither_figures_nor_form(client, leaves):
    row = answer(asked(), **GIVEN)
    link, person = address(row), owner_of(row)
    assert "1200000" in client.get(link).content.decode().replace(",", "")
    if leaves == "the business":
        person.memberships.all().delete()
    else:
        person.is_active = False
        person.save()
    page = client.get(link).content.decode()
    assert 'data-code="acts_no_more"' in page
    assert "1200000" not in page.replace(",", "")
    assert client.post(link, {**FIGURES, "sales": "1"}).status_code == 409
    row.refresh_from_db()
    assert row.sales == GIVEN["sales"]


def test_link_of_nobody_then_leads_to_the_application_where_one_logs_in(client):
    row = asked()
    old = signing.Signer(salt="programs.outcome").sign(str(row.pk))
    page = client.get(f"/outcomes/{old}/")
    assert (page.status_code, page.url) == (302, row.application.get_absolute_url())


def test_page_when_shown_then_neither_business_nor_person_nor_receipt(client):
    row = asked()
    text = client.get(address(row)).content.decode()
    for hidden in (row.application.merchant.name, row.application.receipt):
        assert hidden not in text


# The telephone


def enter(application, by=None, **fields):
    values = {"stage": 7, "source_note": "사장님 통화 11/23"}
    values |= {name: fields.pop(name) for name in tuple(fields) if name in values}
    said = outcomes.Said(**{"sales": 5, "orders": 1, **fields})
    return outcomes.enter(application=application, by=by or factories.staff(), said=said, **values)


def test_enter_when_nobody_was_asked_then_a_row_with_its_source():
    row = enter(took_part())
    assert (row.sales, row.source, row.source_note) == (5, "phone", "사장님 통화 11/23")
    with pytest.raises(RuleViolation, match="outcome_taken_down"):
        answer(row, sales=1, orders=1)


def test_enter_when_given_before_then_the_former_figures_stay_in_the_history():
    row = answer(asked(), **GIVEN)
    enter(row.application, sales=7)
    said = [(event.sales, event.source) for event in outcome_desk.history_of(row)]
    assert said == [(None, ""), (1_200_000, "form"), (7, "phone")]


@pytest.mark.parametrize(
    ("fields", "code"), [({"source_note": " "}, "source_needed"), ({"stage": 30}, "too_early")]
)
def test_enter_when_something_is_missing_then_refused(fields, code):
    with pytest.raises(RuleViolation, match=code):
        enter(took_part(), **fields)


def test_enter_when_the_day_has_just_come_then_taken(at_now):
    application = took_part()
    at_now.move_to(kst(16) + 30 * DAY - SECOND)
    with pytest.raises(RuleViolation, match="too_early"):
        enter(application, stage=30)
    at_now.move_to(kst(16) + 30 * DAY)
    assert enter(application, stage=30).stage == 30


def test_enter_for_ones_own_business_or_a_kind_without_figures_then_refused(unasked):
    staff = factories.staff()
    with pytest.raises(RuleViolation, match="own_business"):
        enter(took_part(merchant=factories.merchant(owner=staff)), by=staff)
    with pytest.raises(RuleViolation, match="not_asked_of_this_kind"):
        enter(took_part("education"))


def test_enter_when_no_end_is_known_then_said_so_and_not_that_nothing_is_asked():
    program = factories.program("social_media")
    application = factories.application(program, state=ApplicationState.COMPLETED)
    with pytest.raises(RuleViolation) as refusal:
        enter(application)
    assert refusal.value.codes == ("end_unknown",)
    assert refusal.value.violations[0].remedy
    program.runs_until = dt.date(2026, 11, 16)
    program.save(update_fields=["runs_until"])
    assert enter(application).ended_on == dt.date(2026, 11, 16)


def test_database_when_figures_are_invented_or_missing_too_soon_then_refused():
    row = asked()
    for change in (
        {"sales": 0},
        {"state": "answered"},
        {"state": "missing"},
        {"chases": 3},
        {"stage": 8},
        {"use": "yes"},
        {"state": "answered", "source": "form", "answered_at": NOW},
        {"state": "answered", "source": "form", "answered_at": NOW, "sales": 1},
        {"state": "answered", "source": "form", "answered_at": NOW, "use": "yes", "viewers": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.filter(pk=row.pk).update(**change)


def test_task_when_run_twice_then_all_of_it_once():
    took_part()
    assert [tasks.ask_what_it_brought(), tasks.ask_what_it_brought()] == [2, 0]
    assert Application.objects.count() == 1
