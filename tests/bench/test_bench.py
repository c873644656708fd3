"""The benchmark still runs: it is looked at rarely and would rot unseen."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.models import Booking
from center import clock
from center.notifications.delivery import deliver_due
from center.notifications.models import Message
from tests import factories
from tests.bench import (
    accounts,
    boards,
    content,
    load,
    made,
    messages,
    programs,
    reminders,
    servers,
    table,
    targets,
)


@pytest.mark.django_db
def test_the_house_of_the_benchmark_can_be_built_and_booked(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    content.fill(bookings=200, businesses=60, accounts=10)
    assert Booking.objects.count() == 200
    account = accounts.log_in(3)[0]
    client = Client()
    client.cookies.load(account.cookies)
    with django_assert_max_num_queries(8):
        monday = clock.monday_of(clock.today()) + 7 * clock.DAY
        assert Client().get(f"/spaces/studio/?from={monday}").status_code == 200
    hold = targets.plenty()[0].hold(account)
    held = client.post(hold.path, hold.form)
    assert held.status_code == 302
    confirm = targets.confirmation(load.Answer(hold, 302, 0.0, held["location"]))
    confirmed = client.post(confirm.path, confirm.form)
    assert confirmed.status_code == 302
    assert client.get(confirmed["location"]).status_code == 200


@pytest.mark.django_db
def test_the_full_week_of_the_schedule_can_be_built_and_looked_at() -> None:
    content.fill(bookings=10, businesses=20, accounts=2)
    accounts.log_in(1)
    boards.fill()
    cookies = accounts.operator()
    client = Client()
    client.cookies.load(cookies)
    asked = boards.requests(cookies)
    page = client.get(asked["board day"].path).content.decode()
    assert page.count('<td class="time">') == boards.ROOM_BOOKINGS
    week = client.get(asked["board week"].path).json()
    assert len(week["units"]) == boards.UNITS
    assert len(week["bookings"]) == boards.WEEK_BOOKINGS
    assert max(boards.queries(cookies).values()) <= 10


@pytest.mark.django_db
def test_the_programs_of_the_benchmark_can_be_decided_in_few_queries() -> None:
    content.fill(bookings=4, businesses=30, accounts=2)
    programs.fill(calls=3, applications=20)
    programs.fill_lot(20)
    accounts.log_in(1)
    counted = programs.queries(accounts.operator())
    assert counted["program list"] <= 4
    assert counted["call"] <= 6
    assert max(counted.values()) <= 10
    whole, asked = programs.ranked()
    assert len(whole) == len(asked) == programs.ROUNDS
    lots, _all_of_it = programs.drawn()
    assert len(lots) == programs.ROUNDS


def test_the_load_generator_counts_answers(tmp_path: Path) -> None:
    environment = {"YARDSTICK_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    with servers.gunicorn("tests.bench.yardstick.wsgi", environment, tmp_path / "log") as server:
        request = load.Request("/hello")
        run = load.run(server.port, itertools.repeat(request), clients=4, seconds=0.2)
    assert set(run.statuses()) == {200}
    assert len(run.answers) >= 4


#: holds 100 MB and a third of a second of a processor
CHILD = """
import time
held = bytearray(b"x") * (100 * 2**20)
while time.process_time() < 0.3:
    pass
"""


def test_what_a_child_holds_and_spends_is_counted() -> None:
    alone, together, began = made.Memory(), made.Memory(), made.spent()
    with alone.watched():
        time.sleep(0.1)
    with together.watched():
        subprocess.run([sys.executable, "-c", CHILD], check=True)
    assert alone.most > 0
    assert together.most - alone.most > 100 * 2**20
    assert made.spent() - began >= 0.3


def test_a_missed_bound_is_marked() -> None:
    slow = table.rate("page", [10.0, 30.0, 20.0], ("week", [40.0]), bound=("≥", 0.6))
    assert slow.ratio == 0.5
    assert slow.is_ok is False
    assert "BELOW BOUND" in table.printed([slow])


def test_the_day_of_the_board_is_held_to_its_share_of_the_week() -> None:
    def day(per_second: float, milliseconds: float) -> list[bool | None]:
        measured = {
            ("week", 1): [90.0],
            ("week", 8): [195.0],
            ("board day", 8): [per_second],
            ("board day p50 ms", 1): [milliseconds],
            ("board week p50 ms", 1): [80.0],
        }
        counted = {"board day": 7, "board week": 7}
        return [figure.is_ok for figure in boards.figures(measured, counted, {})[:2]]

    assert day(75.1, 29.9) == [True, True]
    assert day(74.9, 30.1) == [False, False]


@pytest.mark.django_db
def test_the_reminders_of_the_benchmark_are_written_once_and_taken_back() -> None:
    content.fill(bookings=0, businesses=6, accounts=2)
    for one in reminders.produced(10):
        assert (one.rows, one.again) == (20, 0)  # by mail and in the inbox
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_messages_of_the_benchmark_can_be_delivered() -> None:
    factories.user()
    messages.write(3)
    assert deliver_due(limit=10) == 3
