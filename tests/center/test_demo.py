"""The demo center: what the plan promises, the same every time, quickly."""

import datetime as dt
import json
import time
from collections import Counter

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q

from bookings import availability, equipment_desk
from bookings.models import (
    Booking,
    BookingState,
    HandOver,
    NoShow,
    Resource,
    Series,
    Training,
    Unit,
)
from bookings.services.facts import is_trained
from center import clock, periods
from center.demo import past
from center.demo.tasks import bring_visitors
from center.models import User
from merchants import business_number, queue
from merchants.models import Merchant
from merchants.services import papers as papers_service
from programs import evaluations, lottery
from programs.models import Draw, Material
from programs.services import materials
from tests.conftest import NOW
from tests.merchants.test_reports import compare_all as figures_of_verification
from tests.programs.test_reports import compare_all as figures_of_programs
from tests.reports import attack_together, worlds
from tests.reports.oracle_programs import Programs
from tests.reports.test_disclosure_together import narrowed
from tests.reports.test_oracle import compare_all as figures_of_the_house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_in")]


def load():
    call_command("load_demo", verbosity=0)


@pytest.fixture(scope="module")
def loaded_in(django_db_setup, django_db_blocker):
    """The demo as loaded at NOW, once for all tests, within whose transactions each changes it;
    how long that took."""
    cache.clear()
    with django_db_blocker.unblock(), transaction.atomic():
        started = time.monotonic()
        with time_machine.travel(NOW, tick=False):
            load()
        took = time.monotonic() - started
        connection.check_constraints()  # those put off, now and not after each test again
        yield took
        transaction.set_rollback(True)


def test_demo_when_loaded_then_as_the_plan_says(loaded_in, at_now):
    assert loaded_in < 60
    counts = dict(
        Unit.objects.values_list("resource__slug")
        .annotate(n=Count("pk"))
        .values_list("resource__slug", "n")
    )
    assert (counts["studio"], counts["office"], counts["recording"], counts["conference"]) == (
        4,
        24,
        2,
        2,
    )
    assert not Unit.objects.filter(resource__category="equipment", serial_number="").exists()
    verified = Merchant.objects.filter(state="verified")
    assert verified.exclude(name__startswith="시험").count() == 300
    assert all(business_number.is_valid(m.number) for m in Merchant.objects.all())
    assert User.objects.filter(email__startswith="load").count() == 200
    load_accounts = Merchant.objects.filter(name__startswith="시험")
    assert load_accounts.count() == 200
    assert not Booking.objects.filter(merchant__in=load_accounts).exists()
    assert_the_past_is_alive_and_ends_now()
    assert_tomorrow_week_can_be_booked_with_a_camera()
    assert_a_weekly_seat_has_one_date_refused()
    assert_the_equipment_desk_is_alive()
    assert_a_selection_is_half_done_and_lots_are_drawn()


def test_demo_when_loaded_then_every_kind_of_case_waits_with_its_papers(at_now):
    rows = [queue.row(merchant, NOW) for merchant in queue.waiting(NOW)]
    assert Counter(news for row in rows for news in row.news) == {
        "첫 등록": 3,
        "보완 후 다시 제출": 1,
        "확인 후 변경": 1,
        "국세청: 폐업": 1,
    }
    assert sum(row.is_overdue for row in rows) == 1
    named = Merchant.objects.get(name="달구벌 수제청")
    for merchant in [named, *(row.merchant for row in rows)]:
        papers = merchant.documents.current()
        assert [paper.files.get().pages for paper in papers] == [1, 2]
        assert all(papers_service.content_of(paper.files.get()) for paper in papers)
    slides = Material.objects.filter(session__program__applications__merchant=named)
    assert slides.count() == 4
    assert materials.content_of(slides.first()).startswith(b"%PDF-")
    assert not Material.objects.untold().exists()


def assert_a_selection_is_half_done_and_lots_are_drawn():
    (mine,) = evaluations.progress_of(User.objects.get(email="evaluator@example.com"))
    assert (mine.total, mine.locked, mine.undeclared) == (12, 6, 2)
    draw = Draw.objects.get()
    order = draw.program.announcement.basis["drawn"]
    assert order == lottery.drawn(draw.seed, draw.receipts)
    assert draw.program.applications.placed().count() == draw.program.quota


def assert_the_equipment_desk_is_alive():
    counts = equipment_desk.counts(NOW)
    assert (counts.out, counts.overdue, counts.repair) == (2, 1, 1)
    units = Unit.objects.filter(resource__category="equipment")
    assert not units.filter(Q(card=None) | Q(accessories=None) | Q(asset_number="")).exists()
    assert HandOver.objects.exclude(back_at=None).count() > 10
    assert Training.objects.count() == 3
    owner = Merchant.objects.get(name="달구벌 수제청")
    assert is_trained(owner, Resource.objects.get(slug="sound-editor"), clock.today())


def assert_the_past_is_alive_and_ends_now():
    past = Booking.objects.filter(starts__lt=NOW)
    assert past.earliest("starts").starts < NOW - dt.timedelta(days=390)
    assert not past.filter(ends__lte=NOW, state__in=BookingState.live).exists()
    assert not Booking.objects.filter(
        starts__gt=NOW, state__in=[BookingState.COMPLETED, BookingState.NO_SHOW]
    ).exists()
    for state in (BookingState.CANCELLED, BookingState.NO_SHOW, BookingState.COMPLETED):
        assert past.filter(state=state).count() > 50
    assert not Booking.objects.filter(created_at__gt=NOW).exists()
    assert not Booking.objects.filter(
        Q(requested_at__lt=F("created_at")) | Q(closed_at__gt=NOW)
    ).exists()


def assert_tomorrow_week_can_be_booked_with_a_camera():
    studio = Resource.objects.get(slug="studio")
    day = clock.today() + dt.timedelta(days=8)
    assert availability.free_slots(studio, day, 1)
    assert studio.equipment.filter(name__contains="카메라").exists()


def test_demo_when_loaded_again_later_then_only_the_days_since_are_added(at_now):
    before = Booking.objects.count()
    load()
    assert Booking.objects.count() == before
    at_now.move_to(NOW + dt.timedelta(days=7))
    load()
    assert Booking.objects.count() > before
    last = Booking.objects.latest("starts").starts
    assert last > NOW + dt.timedelta(days=30)


def test_demo_when_it_runs_then_people_come_and_an_appeal_waits(at_now):
    (waiting,) = NoShow.objects.waiting()
    assert waiting.appealed_at == NOW
    own = NoShow.objects.get(booking__merchant__name="달구벌 수제청")
    assert own.suspension.ends < NOW
    assert own.decision == ""
    at_now.move_to(NOW.replace(hour=14, minute=1))
    begun = past.made_here().filter(
        state=BookingState.CONFIRMED, starts=NOW.replace(hour=14, minute=0)
    )
    coming = [booking.pk for booking in begun if booking.pk % 25]
    assert coming
    assert bring_visitors() == len(coming)
    inside = Booking.objects.filter(pk__in=coming, state=BookingState.CHECKED_IN)
    assert inside.count() == len(coming)


def test_demo_when_counted_then_every_figure_as_the_oracle_counts(at_now):
    """Of a month; ``to-2026-11-23`` takes the whole year, and minutes."""
    period = periods.of_key("2026-10")
    figures_of_programs(period, NOW, Programs(period.starts, period.last, NOW))
    figures_of_the_house(period, NOW)
    figures_of_verification(period, NOW, {})


def test_demo_when_frozen_and_read_together_then_nothing_of_few_is_told(at_now):
    editions = [
        worlds.freeze(periods.of_key(key)) for key in ("2026-07", "2026-08", "2026-09", "2026-Q3")
    ]
    months = {edition.period_key: 1 for edition in editions[:3]}
    read = [
        attack_together.Edition(
            json.loads(edition.public_content),
            json.loads(edition.content),
            edition.version,
            {} if edition.period_key in months else months,
        )
        for edition in editions
    ]
    assert narrowed(read) == []


def assert_a_weekly_seat_has_one_date_refused():
    series = Series.objects.get()
    assert series.merchant.memberships.get().user.email == "merchant@example.com"
    assert [date.outcome for date in series.dates.all()] == ["taken", "refused", "taken"]
    assert series.dates.get(outcome="refused").sentence
