"""Controls of ``python -m tests.faults``: its judge notices what is lost and what is doubled,
and it complains where nothing is answered any more."""

from __future__ import annotations

import errno
import threading
import time
from dataclasses import replace

import pytest

from bookings.models import Allocation, Booking
from bookings.services import change, reserve
from center.embedded.machine import free_port
from center.stack.files import PGBOUNCER
from tests import factories
from tests.faults import disk
from tests.faults.__main__ import SILENT_SECONDS, complaints_of
from tests.faults.breaking import led
from tests.faults.diary import Asked, Diary, Entry, Verdict, judge
from tests.faults.people import Town
from tests.faults.phases import LASTING, SUDDEN, Outcome, silence
from tests.races import ledger
from tests.races.clients import open_account
from tests.stack.people import bookers


@pytest.fixture
def studio(race_database):
    return factories.studio(units=2)


def told(diary, studio, *, hour, said="confirmed"):
    """A booking of a business of its own, and what its person was told of it."""
    account, span = open_account(), ledger.slot(hour=hour)
    booking = reserve.hold(
        user=account.user,
        merchant=account.merchant,
        resource=studio,
        starts=span.start,
        ends=span.end,
    )
    booking = reserve.confirm(
        booking=booking, purpose="사진", headcount=1, equipment=[], user_name=""
    )
    entry = Entry(account.merchant.pk, studio.pk, span.start, said)
    diary.told(booking.reference, entry)
    return booking


def test_judge_when_all_is_as_it_was_told_then_nothing_is_said(studio):
    diary = Diary()
    told(diary, studio, hour=10)
    change.cancel(booking=told(diary, studio, hour=13, said="cancelled"))
    assert judge(diary) == Verdict([], [])


def test_judge_when_the_database_has_lost_bookings_then_each_is_named(studio):
    diary = Diary()
    booking = told(diary, studio, hour=10)
    ledger.forget_bookings()
    assert judge(diary) == Verdict([f"{booking.reference} told confirmed"], [])


def test_judge_when_a_booking_was_given_up_behind_its_back_then_lost(studio):
    diary = Diary()
    booking = told(diary, studio, hour=10)
    change.cancel(booking=booking)
    assert judge(diary).lost == [f"{booking.reference} told confirmed"]


def test_judge_when_a_cancellation_did_not_last_then_lost(studio):
    diary = Diary()
    booking = told(diary, studio, hour=10, said="cancelled")
    assert judge(diary).lost == [f"{booking.reference} told cancelled"]


def test_judge_when_nobody_was_answered_then_either_is_right(studio):
    diary = Diary()
    booking = told(diary, studio, hour=10)
    diary.entries[booking.reference].is_open = True
    change.cancel(booking=booking)
    assert judge(diary) == Verdict([], [])


def test_judge_when_two_have_one_unit_then_doubled(studio):
    diary = Diary()
    first, second = told(diary, studio, hour=10), told(diary, studio, hour=13)
    with ledger.without_constraint(), ledger.without_triggers():
        taken = first.allocations.get()
        Allocation.objects.filter(booking=second).update(during=taken.during, unit=taken.unit)
        verdict = judge(diary)
        ledger.forget_bookings()
    assert verdict == Verdict([], ["two on a unit"])


def test_judge_when_a_booking_was_made_that_nobody_was_told_of_then_doubled(studio):
    diary = Diary()
    kept, unknown = told(diary, studio, hour=10), told(diary, studio, hour=10)
    del diary.entries[unknown.reference]
    with ledger.without_triggers():
        Booking.objects.filter(pk=unknown.pk).update(merchant=kept.merchant)
        verdict = judge(diary)
        ledger.forget_bookings()
    assert verdict == Verdict([], [f"{unknown.reference} told to nobody"])


def test_verdict_when_compared_with_one_before_then_only_the_new_is_left():
    before, now = Verdict(["a"], ["x"]), Verdict(["a", "b"], ["x", "x"])
    assert now.without(before) == Verdict(["b"], ["x"])


def outcome(*statuses, until):
    """Of a phase that ended ``until``; each status was received one second after the other."""
    asked = [Asked(second, second, status) for second, status in enumerate(statuses)]
    return Outcome(
        name="of the test",
        requests=len(asked),
        failed=sum(not one.is_answered for one in asked),
        slowest=0,
        recovery=0,
        silent=silence(asked, until),
        messages=0,
        bookings=0,
        verdict=Verdict([], []),
    )


@pytest.mark.parametrize(
    ("statuses", "until", "complaints"),
    [
        ((0, 502, 200), 2 + SILENT_SECONDS, []),
        ((0, 502, 200), 3 + SILENT_SECONDS, ["nothing was answered in the last 6 s"]),
        ((200, 0, 0, 502, 0, 503, 0), 6, ["nothing was answered in the last 6 s"]),
        ((0, 0, 0), 2, ["nothing was answered in the last inf s"]),
        ((0, 0, 200), 1, ["nothing was answered in the last inf s"]),  # it came too late
        ((), 2, ["nobody asked for anything"]),
    ],
)
def test_complaints_when_the_stack_is_silent_at_the_end_then_said(statuses, until, complaints):
    assert list(complaints_of(outcome(*statuses, until=until))) == complaints


@pytest.mark.parametrize(
    ("name", "complaints"),
    [("updated, with a migration", ["2 requests failed"]), ("web server killed", [])],
)
def test_complaints_when_something_failed_then_of_an_update_said(name, complaints):
    assert name in SUDDEN | LASTING
    noticed = replace(outcome(0, 200, until=2), name=name, visits=(5, 1))
    assert list(complaints_of(noticed)) == complaints


def test_pool_when_led_another_way_then_pages_and_tasks_are_and_the_replica_is_not():
    where = {"primary": 5001, "replica": 5002, "port": 5003, "users": "users.txt"}
    texts = dict.fromkeys(("pages", "tasks", "shared"), "")
    found = led(PGBOUNCER.format(**where, **texts), 5001, 6001)
    assert found == PGBOUNCER.format(**where | {"primary": 6001}, **texts)


def test_bookers_when_nobody_answers_then_noted_by_each(race_database):
    with bookers(free_port()) as booked:
        deadline = time.monotonic() + 20
        while not all(one.statuses for one in booked) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [set(one.statuses) for one in booked] == [{0}, {0}]


def test_town_when_somebody_stumbles_then_raised(race_database):
    asked_for = threading.Event()

    class NothingToWishFor(list):
        def __len__(self):
            asked_for.set()
            return 0

    town = Town([open_account()], times=NothingToWishFor())
    with pytest.raises(IndexError), town.busy(free_port()):
        assert asked_for.wait(20)


def test_small_disk_when_filled_then_really_full_and_what_is_on_it_stays(tmp_path):
    folder = tmp_path / "papers"
    try:
        with disk.small_disk(folder):
            (folder / "before").write_text("kept")
            disk.fill(folder / "filler")
            with pytest.raises(OSError, match="No space left") as full:
                (folder / "more").write_bytes(bytes(5000))
            assert full.value.errno == errno.ENOSPC
            (folder / "filler").unlink()
    except disk.NotPossible as reason:
        pytest.skip(str(reason))
    assert (folder / "before").read_text() == "kept"
