"""Destroying what is over: just before, at and just after; dry first; with a ledger."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse
from structlog.testing import capture_logs

from center import clock, consents, ledger, retention, rights, tasks
from center.models import AccessRecord, Consent, Destruction, RightsRequest, RoleChange, User
from tests import factories, sql
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)


def years_ago(years):
    return clock.years_before(NOW, years)


def seen(at):
    return AccessRecord.objects.create(
        at=at, actor_label="x", action="view", subject_kind="user", subject_ids=[1]
    )


def granted(at):
    person = factories.user(last_login=NOW)
    return RoleChange.objects.create(
        at=at, by_label="x", whom=person, whom_label="x", before={}, after={}, reason="x"
    )


def answered(at, at_now):
    person = factories.user(last_login=NOW)
    request = rights.ask(user=person, kind=RightsRequest.Kind.ACCESS, text="x")
    at_now.move_to(at)
    by = factories.staff(last_login=NOW)
    rights.answer(request=request, by=by, outcome=RightsRequest.Outcome.DONE, text="x")
    at_now.move_to(NOW)
    return request


def withdrawn(at, at_now):
    person = factories.user(last_login=NOW)
    text = consents.optional_texts()[0]
    return Consent.objects.create(
        user=person, text=text, kind=text.kind, given_at=at, channel="web", withdrawn_at=at
    )


def due():
    return {outcome.rule.code: outcome.due for outcome in retention.run(destroy=False)}


NOTHING = dict.fromkeys(retention._rules, 0)
CUTS = [(-SECOND, 1), (dt.timedelta(0), 0), (SECOND, 0)]


@pytest.mark.parametrize(("off", "count"), CUTS)
def test_access_records_when_two_years_old_then_due(off, count):
    seen(years_ago(2) + off)
    assert due() == NOTHING | {"access_records": count}


@pytest.mark.parametrize(("off", "count"), CUTS)
def test_role_changes_when_three_years_old_then_due(off, count):
    granted(years_ago(3) + off)
    assert due() == NOTHING | {"role_changes": count}


@pytest.mark.parametrize(("off", "count"), CUTS)
def test_rights_requests_when_answered_three_years_ago_then_due(at_now, off, count):
    answered(years_ago(3) + off, at_now)
    assert due() == NOTHING | {"rights_requests": count, "messages": 1}  # that told of it


@pytest.mark.parametrize(("off", "count"), CUTS)
def test_consents_when_withdrawn_three_years_ago_then_due(at_now, off, count):
    withdrawn(years_ago(3) + off, at_now)
    assert due() == NOTHING | {"withdrawn_consents": count}


@pytest.mark.parametrize(("off", "count"), CUTS)
def test_accounts_when_idle_for_two_years_then_pointed_out_and_left(off, count):
    at = years_ago(2) + off
    factories.user(last_login=at)
    factories.user(date_joined=at)
    factories.user(last_login=at, is_active=False)
    factories.staff(last_login=at)
    retention.run(destroy=True)
    assert due() == NOTHING | {"idle_accounts": 2 * count}
    assert User.objects.count() == 4


def test_rights_requests_when_open_then_never_due(owner, at_now):
    request = rights.ask(user=owner, kind=RightsRequest.Kind.ACCESS, text="x")
    at_now.move_to(NOW + dt.timedelta(days=4000))
    assert request.is_overdue
    assert due()["rights_requests"] == 0


def test_run_when_dry_then_nothing_changes(at_now):
    seen(years_ago(3))
    withdrawn(years_ago(4), at_now)
    retention.run(destroy=False)
    assert (AccessRecord.objects.count(), Consent.objects.count()) == (1, 1)
    assert not Destruction.objects.exists()


def test_run_when_destroying_then_gone_with_a_line_in_the_ledger(at_now):
    old = [seen(years_ago(3)) for _ in range(3)]
    kept = seen(NOW)
    answered(years_ago(4), at_now)
    withdrawn(years_ago(4), at_now)
    granted(years_ago(5))
    retention.run(destroy=True)
    assert list(AccessRecord.objects.all()) == [kept]
    assert not RightsRequest.objects.exists()
    assert not Consent.objects.exists()
    assert not RoleChange.objects.exists()
    lines = Destruction.objects.order_by("rule").values_list("rule", "count", "by")
    assert list(lines) == [
        ("access_records", 3, None),
        ("messages", 1, None),
        ("rights_requests", 1, None),
        ("role_changes", 1, None),
        ("withdrawn_consents", 1, None),
    ]
    line = Destruction.objects.get(rule="access_records")
    assert line.ids_hash == ledger.hash_of(row.pk for row in old)
    assert "안전성 확보조치" in line.basis
    retention.run(destroy=True)
    assert Destruction.objects.count() == 5


def test_run_when_more_than_a_batch_then_a_line_for_each(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        seen(years_ago(3))
    outcomes = {o.rule.code: o for o in retention.run(destroy=True)}
    assert outcomes["access_records"].destroyed == 5
    assert sorted(Destruction.objects.values_list("count", flat=True)) == [1, 2, 2]


def test_settings_when_shorter_than_the_law_then_the_law(settings):
    assert settings.ACCESS_KEEP_YEARS >= 1
    settings.ACCESS_KEEP_YEARS = 0
    seen(NOW - dt.timedelta(days=300))
    with pytest.raises(IntegrityError, match="only grows"):
        retention.run(destroy=True)
    assert not Destruction.objects.exists()


def test_command_when_run_then_dry_unless_told(at_now):
    seen(years_ago(3))
    out = io.StringIO()
    call_command("retention", stdout=out)
    assert "access_records: 1 due, nothing changed" in out.getvalue()
    assert AccessRecord.objects.count() == 1
    call_command("retention", "--destroy", stdout=out)
    assert "access_records: 1 due, 1 destroyed" in out.getvalue()
    assert not AccessRecord.objects.exists()


def test_task_when_run_twice_then_destroyed_once():
    seen(years_ago(3))
    with capture_logs() as said:
        tasks.destroy_what_is_over()
        tasks.destroy_what_is_over()
    assert Destruction.objects.get().count == 1
    runs = [(line["due"], line["destroyed"]) for line in said if line["rule"] == "access_records"]
    assert runs == [(1, 1), (0, 0)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE center_destruction SET count = 9",
        "DELETE FROM center_destruction",
        "TRUNCATE center_destruction",
    ],
)
def test_ledger_when_changed_by_sql_then_refused(statement):
    ledger.enter(kind="account", ids=[1], rule="x", basis="x", by=None)
    with pytest.raises(IntegrityError, match="only grows"):
        sql.run(statement)


def test_ledger_when_nothing_was_destroyed_then_no_line():
    assert ledger.enter(kind="account", ids=[], rule="x", basis="x", by=None) is None


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("operator", 403)])
def test_ledger_when_read_then_by_managers(role, status):
    client = logged_in(factories.staff(role))
    assert client.get(reverse("admin:center_destruction_changelist")).status_code == status


def test_years_before_when_leap_day_then_the_day_before():
    leap = dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC)
    assert clock.years_before(leap, 1) == dt.datetime(2027, 2, 28, 12, tzinfo=dt.UTC)
    assert clock.years_before(leap, 4) == dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC)
