"""Kinds that teach: whether what was learned is used, by their declaration."""

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from center.errors import RuleViolation
from center.notifications.models import Message
from programs import finishing, outcome_desk
from programs.kinds import KINDS
from programs.models import ApplicationState, Outcome, OutcomeStage
from programs.services import outcomes
from tests import factories
from tests.conftest import NOW, kst
from tests.programs.test_outcomes import address, answer, took_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
#: thirty days before the frozen clock
ENDED = dt.date(2026, 10, 24)


def attended(**fields):
    return took_part("education", ended=ENDED, **fields)


def asked(application=None):
    application = application or attended()
    outcomes.ask_due(now=NOW)
    return Outcome.objects.get(application=application)


def test_kinds_when_declared_then_ask_at_stages_there_are():
    assert {stage for kind in KINDS.values() for stage in kind.stages} == set(OutcomeStage)
    assert all(kind.asks_afterwards for kind in KINDS.values())


def test_ask_after_a_course_then_at_thirty_and_ninety_days_and_in_its_own_words(owner):
    application = attended(merchant=factories.merchant(owner=owner))
    due = kst(24, month=10) + 30 * DAY
    outcomes.ask_due(now=due - 23 * DAY)
    outcomes.ask_due(now=due - SECOND)
    assert not Outcome.objects.exists()
    outcomes.ask_due(now=due)
    outcomes.ask_due(now=due + 60 * DAY)
    assert [row.stage for row in application.outcomes.order_by("stage")] == [30, 90]
    told = Message.objects.filter(channel="inbox").order_by("pk")
    assert [row.kind for row in told] == ["programs.use_asked"] * 2
    outcomes.follow_up(now=due + 5 * DAY)
    assert Message.objects.filter(channel="inbox", kind="programs.use_again").count() == 1


@pytest.mark.parametrize("state", sorted(ApplicationState.taking_part))
def test_ask_after_a_course_when_not_completed_then_not(state):
    application = attended(state=state, reason="결석")
    done = state != ApplicationState.NOT_COMPLETED
    assert outcomes.ask_due(now=NOW) == done
    to_come = finishing.figures_to_come(application.program, NOW.date())
    assert (to_come is not None) is done


def test_page_of_a_course_then_one_touch_and_kept_and_corrected(client):
    row = asked()
    page = client.get(address(row)).content.decode()
    assert 'name="use"' in page
    assert 'name="sales"' not in page
    refused = client.post(address(row), {"text": "두 번 써 봤습니다"})
    assert refused.status_code == 400
    assert "두 번 써 봤습니다" in refused.content.decode()
    assert 'href="#id_use"' in refused.content.decode()
    assert client.post(address(row), {"use": "partly", "sales": "5"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.use, row.sales, row.flags) == ("answered", "partly", None, [])
    client.post(address(row), {"use": "yes", "text": ""})
    assert [event.use for event in outcome_desk.history_of(row)] == ["", "partly", "yes"]


def test_answer_when_what_its_kind_asks_for_is_missing_then_refused(monkeypatch):
    row = asked()
    with pytest.raises(RuleViolation, match="answer_incomplete"):
        answer(row, sales=1, orders=1)
    both = dataclasses.replace(KINDS["education"], asks_outcome=True)
    monkeypatch.setitem(KINDS, "education", both)
    with pytest.raises(RuleViolation, match="answer_incomplete"):
        answer(row, use="yes")
    assert answer(row, use="yes", sales=3, orders=1).sales == 3


def test_page_of_a_kind_that_asks_both_then_both(client, monkeypatch):
    both = dataclasses.replace(KINDS["education"], asks_outcome=True)
    monkeypatch.setitem(KINDS, "education", both)
    row = asked()
    assert set(Message.objects.values_list("kind", flat=True)) == {"programs.outcome_asked"}
    sent = {"use": "yes", "sales": "1,000", "orders": "2", "viewers": "", "text": ""}
    assert client.post(address(row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.use, row.sales, row.orders) == ("yes", 1_000, 2)


def test_telephone_when_of_a_course_then_its_stages_and_use(staff_client):
    row = asked()
    place = f"/admin/outcomes/{row.pk}/"
    page = staff_client.get(place).content.decode()
    assert 'name="use"' in page
    assert 'value="7"' not in page
    data = {"act": "call", "stage": "30", "use": "not_yet", "text": ""}
    assert staff_client.post(place, data).status_code == 409  # nobody named
    assert staff_client.post(place, {**data, "source_note": "통화"}).status_code == 302
    row.refresh_from_db()
    assert (row.use, row.source) == ("not_yet", "phone")
    assert "아직" in staff_client.get("/admin/outcomes/?show=all").content.decode()


def test_enter_when_not_a_stage_of_its_kind_then_refused():
    said = outcomes.Said(use="yes")
    with pytest.raises(RuleViolation, match="not_asked_of_this_kind"):
        outcomes.enter(
            application=attended(),
            stage=OutcomeStage.WEEK,
            said=said,
            source_note="통화",
            by=factories.staff(),
        )


def test_own_page_when_answered_then_in_words_and_without_figures():
    row = answer(asked(), use="yes")
    part = outcome_desk.part_of(row.application, None)
    page = render_to_string("programs/_outcome.html", {"outcome": part})
    assert row.get_use_display() in page
    assert "None" not in page


def test_database_when_use_is_said_then_an_answer_without_sales_stands_and_no_half():
    row = answer(asked(), use="yes")
    for change in ({"use": ""}, {"orders": 1}, {"viewers": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.filter(pk=row.pk).update(**change)
