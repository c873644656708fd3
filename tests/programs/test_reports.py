"""The figures of programs, against a plain count of the same rows."""

import datetime as dt

import pytest

from programs import reports
from programs.models import (
    ApplicationState,
    Consultation,
    Outcome,
    OutcomeState,
    Product,
    Satisfaction,
    Session,
    SessionKind,
)
from programs.reports import By, Figures
from programs.services import broadcasts, exhibitions, outcomes
from programs.services.broadcasts import Sold
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
NOVEMBER = {"start": kst(1), "end": kst(1, month=12)}
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def row_of(by, key):
    return reports.by_key(reports.figures(**NOVEMBER, by=by)).get(str(key))


def test_figures_when_nothing_happened_then_no_rows(django_assert_num_queries):
    factories.program()
    with django_assert_num_queries(8):
        assert reports.figures(**NOVEMBER, by=By.PROGRAM) == []


@pytest.mark.parametrize(("at", "inside"), [(-SECOND, False), (0 * SECOND, True)])
def test_applied_from_the_first_second_of_the_span_on(at, inside):
    for edge, counts in ((kst(1), inside), (kst(1, month=12), not inside)):
        row = factories.application(factories.program(), submitted_at=edge + at)
        found = row_of(By.PROGRAM, row.program_id)
        assert (found is not None and found.applied == 1) is counts


def test_applied_selected_completed_by_program_kind_and_district():
    program = factories.program("education")
    business = factories.merchant(district="27110")
    for state, ended in (
        (ApplicationState.SUBMITTED, None),
        (ApplicationState.SELECTED, None),
        (ApplicationState.COMPLETED, NOW),
        (ApplicationState.COMPLETED, NOW),
        (ApplicationState.NOT_COMPLETED, NOW),
        (ApplicationState.DRAFT, None),
    ):
        factories.application(program, state=state, ended_at=ended)
    factories.application(factories.program("education"), business, ApplicationState.SELECTED)
    found = row_of(By.PROGRAM, program.pk)
    assert (found.applied, found.selected, found.businesses) == (5, 4, 4)
    assert (found.completed, found.not_completed) == (2, 1)
    assert str(found.completion_rate) == "66.7"
    assert row_of(By.KIND, "education").applied == 6
    assert row_of(By.DISTRICT, "27110").selected == 1


def test_outcome_when_several_stages_then_the_latest_that_counts_stands():
    program = factories.program("live_commerce", runs_until=dt.date(2026, 11, 1))
    fields = {"state": ApplicationState.COMPLETED}
    steady = factories.application(program, **fields, baseline_sales=1_000)
    silent = factories.application(program, **fields, baseline_sales=5)
    doubtful = factories.application(program, **fields)
    for application, stage, sales, orders in (
        (steady, 7, 300, 3),
        (steady, 90, 1_500, 9),
        (doubtful, 7, 40, 4),
        (doubtful, 90, 9_999, 0),
    ):
        row = Outcome.objects.create(
            application=application, stage=stage, ended_on=program.runs_until
        )
        outcomes.answer(outcome=row, sales=sales, orders=orders)
    gone = {"application": silent, "stage": 7, "ended_on": program.runs_until}
    Outcome.objects.create(**gone, state=OutcomeState.MISSING, chases=2)
    found = row_of(By.PROGRAM, program.pk)
    assert (found.answered, found.missing, found.doubtful) == (4, 1, 1)
    assert (found.sales, found.orders, found.viewers) == (1_540, 13, None)
    assert (found.compared, found.baseline, str(found.change)) == (1, 1_000, "50.0")


def test_outcome_when_only_missing_then_no_zero():
    program = factories.program("live_commerce")
    row = factories.application(program, state=ApplicationState.COMPLETED)
    Outcome.objects.create(
        application=row, stage=7, ended_on=dt.date(2026, 11, 30), state="missing", chases=2
    )
    found = row_of(By.PROGRAM, program.pk)
    assert (found.missing, found.sales, found.orders, found.change) == (1, None, None, None)


def test_broadcast_settlement_consultation_and_opinion_are_counted():
    live = factories.application(factories.program("live_commerce"), state="selected")
    products = [
        Product.objects.create(
            application=live, position=n, name="x", price=1, stock=1, is_chosen=True
        )
        for n in (1, 2)
    ]
    times = {"starts": kst(20, 10), "ends": kst(20, 11), "title": "방송"}
    whose = {"application": live, "merchant": live.merchant, "program": live.program}
    Session.objects.create(**whose, **times, kind=SessionKind.BROADCAST)
    by = factories.staff()
    sold = {products[0].pk: Sold(2, 20), products[1].pk: Sold(3, 30)}
    broadcasts.enter_results(application=live, viewers=70, likes=None, sold=sold, by=by)
    Satisfaction.objects.create(application=live, content=5, conduct=4, usefulness=3)
    found = row_of(By.KIND, "live_commerce")
    assert (found.broadcasts, found.broadcast_viewers) == (1, 70)
    assert (found.broadcast_orders, found.broadcast_sales) == (5, 50)
    assert (found.opinions, found.content, found.usefulness) == (1, 5.0, 3.0)
    shop = factories.application(factories.program("exhibition_offline"), state="selected")
    exhibitions.settle(application=shop, sales=900, orders=None, fee=0, note="", by=by)
    assert row_of(By.KIND, "exhibition_offline").settled_sales == 900
    advised = factories.consultation()
    session = Session.objects.create(
        **{**whose, "application": None, "merchant": None},
        **{**times, "starts": kst(21, 10), "ends": kst(21, 11)},
        kind=SessionKind.CONSULTATION,
    )
    Consultation.objects.filter(pk=advised.pk).update(
        state="assigned", session=session, consultant=by, assigned_at=NOW
    )
    words = {"situation": "x", "advice": "x", "next_steps": "x"}
    Consultation.objects.filter(pk=advised.pk).update(state="closed", closed_at=NOW, **words)
    found = row_of(By.KIND, "consulting")
    assert (found.consultations, found.advised) == (1, 1)


def test_change_when_the_baseline_is_nothing_then_unknown():
    assert Figures("x", compared=1, compared_sales=5, baseline=0).change is None
    assert str(Figures("x", compared=1, compared_sales=5, baseline=10).change) == "-50.0"
