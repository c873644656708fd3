"""Who hears of a new edition: by a link he asked for, or in the inbox."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from center import clock, periods
from center.figures import registry
from center.models import User
from center.notifications.models import Message
from center.permissions import MANAGER, OFFICIAL
from center.reports.models import (
    Subscription,
)
from center.reports.services import subscribing
from tests import factories
from tests.conftest import logged_in
from tests.reports.test_freezing import frozen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of one table: what is tried here is how often it is made, not what it says."""
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


@pytest.fixture
def reader() -> User:
    person = factories.user(language="ko")
    person.groups.add(Group.objects.get_or_create(name=OFFICIAL)[0])
    return person


def test_subscription_when_a_month_is_frozen_then_its_owner_gets_a_link_and_no_file(reader):
    subscribing.subscribe(owner=reader, every="month")
    edition = frozen()
    sent = Message.objects.filter(recipient=reader, kind="reports.edition_ready")
    assert {each.link for each in sent} == {f"/reports/{edition.period_key}/"}
    assert {each.context["period"] for each in sent} == {"2026년 10월"}
    assert Subscription.objects.get().last_sent_at is not None


def test_subscription_when_the_right_has_ended_then_stops_after_five_times_and_says_so(reader):
    subscribing.subscribe(owner=reader, every="month")
    reader.groups.clear()
    frozen()
    for n in range(4):
        assert Subscription.objects.running().exists()
        frozen(reason=f"정정 {n}")
    stopped = Subscription.objects.get()
    assert (stopped.failures, stopped.stopped_at) == (5, clock.now())
    kinds = set(Message.objects.filter(recipient=reader).values_list("kind", flat=True))
    assert kinds == {"reports.subscription_stopped"}
    frozen(reason="또")
    assert Subscription.objects.get().failures == 5


def test_subscription_when_one_run_succeeds_then_failures_start_anew(reader):
    subscribing.subscribe(owner=reader, every="month")
    groups = list(reader.groups.all())
    reader.groups.clear()
    frozen()
    reader.groups.set(groups)
    frozen(reason="정정")
    assert Subscription.objects.get().failures == 0


def heard(person: User) -> list[tuple[str, str, str]]:
    """Of frozen reports: which message, by which way, leading where."""
    told = Message.objects.filter(recipient=person, kind__startswith="reports.").order_by("pk")
    return list(told.values_list("kind", "channel", "link"))


def test_official_when_never_subscribed_then_finds_each_edition_in_the_inbox_and_gets_no_mail(
    reader,
):
    others = [factories.user(), factories.staff(MANAGER), factories.staff(OFFICIAL)]
    User.objects.filter(pk=others[2].pk).update(is_active=False)
    frozen()
    frozen(reason="정정")
    entry = ("reports.edition_out", "inbox", "/reports/2026-10/")
    assert heard(reader) == [entry, entry]
    assert Message.objects.filter(recipient=reader).exclude(channel="inbox").count() == 0
    assert [heard(other) for other in others] == [[], [], []]
    page = logged_in(reader).get("/inbox/").text
    assert "2026년 10월 실적(v1)이 확정되었습니다" in page
    assert "2026년 10월 실적(v2)이 확정되었습니다" in page


def test_official_when_a_subscription_runs_or_was_stopped_then_no_second_word(reader):
    other = factories.user()
    other.groups.set(reader.groups.all())
    for person in (reader, other):
        subscribing.subscribe(owner=person, every="month")
    subscribing.unsubscribe(owner=other, every="month")
    frozen()
    assert {kind for kind, *_way in heard(reader)} == {"reports.edition_ready"}
    assert heard(other) == []


def test_official_when_links_failed_until_they_stopped_then_finds_it_in_the_inbox(reader):
    subscribing.subscribe(owner=reader, every="month")
    Subscription.objects.update(failures=5, stopped_at=clock.now())
    frozen()
    assert heard(reader) == [("reports.edition_out", "inbox", "/reports/2026-10/")]


def test_official_when_subscribed_to_months_then_hears_of_a_quarter_in_the_inbox(reader):
    subscribing.subscribe(owner=reader, every="month")
    frozen(periods.of_key("2026-Q3"))
    assert heard(reader) == [("reports.edition_out", "inbox", "/reports/2026-q3/")]


def test_subscribe_when_there_is_one_then_it_goes_on(reader):
    first = subscribing.subscribe(owner=reader, every="month")
    assert subscribing.subscribe(owner=reader, every="month") == first
    assert subscribing.unsubscribe(owner=reader, every="month") == 1
    assert subscribing.subscribe(owner=reader, every="month") != first
