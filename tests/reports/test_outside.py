"""Figures from elsewhere: entered by staff with their source, stated with it, never a nought."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.figures import WHOLE, Wish, registry
from center.periods import of_key
from center.permissions import MANAGER, OFFICIAL, OPERATOR
from center.reports import disclosure, outline
from center.reports.assemble import compile_tables
from center.reports.content import digest
from center.reports.counting import Counting
from center.reports.models import OutsideFigure, YearlyTarget
from center.reports.outline import Stamp
from center.reports.targets import reached
from tests import factories
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST, ADD = "admin:reports_outsidefigure_changelist", "admin:reports_outsidefigure_add"
GIVEN = {"month": "2026-10-17", "kind": "jobs", "value": "7", "source": "고용보험 취득자 명부"}


def entered(month: str, kind: str, value: int, source: str = "고용보험 취득자 명부") -> None:
    day = dt.date.fromisoformat(f"{month}-01")
    OutsideFigure.objects.create(month=day, kind=kind, value=value, source=source)


def stated(key: str, cut: str = WHOLE, row: str = WHOLE) -> dict:
    counting = Counting(Wish(of_key(key), kst(23)))
    keys = [figure.key for figure in registry.groups["outside"].figures]
    return {key.removeprefix("outside."): counting.value(key, cut, row) for key in keys}


@pytest.mark.parametrize(("role", "code"), [(OPERATOR, 200), (MANAGER, 200), (OFFICIAL, 403)])
def test_page_when_opened_then_for_staff_alone(role, code):
    client = logged_in(factories.staff(role))
    assert {client.get(reverse(page)).status_code for page in (LIST, ADD)} == {code}


def test_page_when_opened_by_a_merchant_or_nobody_then_leads_to_the_log_in_of_staff(client):
    merchant = factories.user()
    factories.merchant(owner=merchant)
    for visitor in (client, logged_in(merchant)):
        assert visitor.get(reverse(ADD))["Location"].startswith("/admin/login/")


def test_figure_when_entered_for_a_day_then_kept_for_its_month_with_its_history():
    logged_in(factories.staff(OPERATOR)).post(reverse(ADD), GIVEN)
    kept = OutsideFigure.objects.get()
    assert (kept.month, kept.kind, kept.value) == (dt.date(2026, 10, 1), "jobs", 7)
    assert kept.events.count() == 1


@pytest.mark.parametrize(("month", "kept"), [("2026-11-30", 1), ("2026-12-01", 0)])
def test_figure_when_its_month_has_not_begun_then_refused_and_what_was_typed_stays(month, kept):
    page = logged_in(factories.staff(OPERATOR)).post(reverse(ADD), GIVEN | {"month": month})
    assert OutsideFigure.objects.count() == kept
    if not kept:
        form = page.context["adminform"].form
        assert "month" in form.errors
        assert form["source"].value() == GIVEN["source"]


@pytest.mark.parametrize("wrong", [{"month": dt.date(2026, 10, 2)}, {"source": ""}, {"value": -1}])
def test_figure_when_it_cannot_be_then_the_database_refuses(wrong):
    given = {"month": dt.date(2026, 10, 1), "kind": "jobs", "value": 1, "source": "명부"}
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideFigure.objects.create(**given | wrong)


def test_figure_when_entered_twice_from_one_source_then_the_database_refuses():
    entered("2026-10", "jobs", 7)
    with pytest.raises(IntegrityError), transaction.atomic():
        entered("2026-10", "jobs", 8)


def test_count_when_entered_then_summed_over_sources_and_months_of_the_period():
    entered("2026-09", "jobs", 100)
    entered("2026-10", "jobs", 7)
    entered("2026-10", "jobs", 5, "채용 확인서")
    entered("2026-12", "jobs", 3)
    entered("2027-01", "jobs", 200)
    nothing = {"contents": None, "shops": None, "jobs": None, "spent": None}
    assert stated("2026-10") == nothing | {"jobs": 12}
    assert stated("2026-Q4") == nothing | {"jobs": 15}
    assert stated("2026-Q4", "source", "채용 확인서") == nothing | {"jobs": 5}
    assert stated("2026-Q4", "month", "2026-11") == nothing
    assert stated("2026-11") == nothing


def test_target_when_a_budget_is_spent_then_the_rate_is_its_share():
    YearlyTarget.objects.create(year=2026, figure="outside.spent", value=800_000)
    entered("2026-02", "spent", 150_000, "e나라도움 집행 내역")
    entered("2026-10", "spent", 50_000, "e나라도움 집행 내역")
    wish = Wish(of_key("2026-10"), kst(23))
    year = Wish(wish.period.year_to_date(), wish.as_of)
    (budget,) = reached(Counting(wish), Counting(year))
    assert (budget.result, budget.to_date, budget.rate) == (50_000, 200_000, 25)


def test_report_when_nothing_was_entered_then_a_dash_and_few_jobs_are_hidden():
    entered("2026-10", "jobs", 3)
    entered("2026-10", "spent", 2, "e나라도움 집행 내역")
    wish = Wish(of_key("2026-10"), kst(23))
    content = compile_tables(wish, [registry.tables["outside"]])
    public = disclosure.protect(content)
    (section,) = outline.build(public, Stamp("v1", digest(public))).sections
    assert section.total is not None
    assert [value.text for value in section.total.values] == ["–", "–", "X", "2"]
    assert [line.name for line in section.lines] == ["e나라도움 집행 내역", "고용보험 취득자 명부"]
