"""What the database says after a race, and its guards taken away for the controls."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections import defaultdict
from collections.abc import Iterator

from django.db import connection, connections
from django.db.models import Model

from bookings import house
from bookings.intervals import Interval
from bookings.models import Allocation, Booking, Resource
from bookings.policies import Rules
from bookings.services.units import as_range
from center import clock

#: how the web servers call themselves to the database
WEB = "race_web"
_GUARDED_BY_TRIGGERS = (Booking, Allocation)


def days_of_one_month(count: int) -> list[dt.date]:
    """Business days that can be booked now, all in one month, at least five of them ahead."""
    business_days, today = house.current().business_days, clock.today()
    months: dict[tuple[int, int], list[dt.date]] = defaultdict(list)
    day = business_days.add(today, 5)
    while day < today + Rules().horizon_days * clock.DAY:
        months[day.year, day.month].append(day)
        day = business_days.add(day, 1)
    return max(months.values(), key=len)[:count]


def slot(*, day: dt.date | None = None, hour: int = 10) -> Interval[dt.datetime]:
    """An hour that can be booked."""
    start = clock.at(day or days_of_one_month(1)[0], dt.time(hour))
    return Interval(start, start + dt.timedelta(hours=1))


def allocated(resource: Resource, span: Interval[dt.datetime]) -> int:
    """How many allocations of the resource's units touch the span."""
    touching = Allocation.objects.filter(during__overlap=as_range(span))
    return touching.filter(unit__resource=resource).count()


def double_bookings(*, since: int = 0) -> int:
    """Pairs of allocations that take the same unit at the same time; of a million only those
    with one that came ``since`` that number."""
    return _value(
        "SELECT count(*) FROM bookings_allocation a JOIN bookings_allocation b"
        " ON a.id < b.id AND a.unit_id = b.unit_id AND a.during && b.during"
        f" WHERE b.id > {since:d}"
    )


def half_bookings() -> int:
    """Bookings that occupy a unit without an allocation, or have one without occupying."""
    return sum(booking.is_live != booking.allocations.exists() for booking in Booking.objects.all())


def forget_bookings() -> None:
    """Start afresh: bookings cannot be deleted, but their tables can be emptied; what was said
    of them goes with them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message")
        cursor.execute("TRUNCATE bookings_allocation, bookings_booking CASCADE")
        cursor.execute(f"TRUNCATE {Booking.pgh_event_model._meta.db_table}")


def times_recorded(booking: Booking, state: str) -> int:
    """How often the history says that the booking came into this state."""
    return Booking.pgh_event_model.objects.filter(pgh_obj_id=booking.pk, state=state).count()


def deadlocks() -> int:
    """All deadlocks this database ever saw. Sessions keep their counts to themselves for up
    to ten seconds and tell them when they end: so end them, the web servers reconnect."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 10
    _value(f"SELECT count(pg_terminate_backend(pid)) {others} AND backend_type = 'client backend'")
    while _value(f"SELECT count(*) {others} AND backend_type = 'client backend'"):
        assert time.monotonic() < deadline, "a session does not end"
        time.sleep(0.01)
    return _value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def _value(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


class Watch:
    """Looks every few milliseconds how many connections the web servers have: a context."""

    most_connections = most_at_work = 0

    def __enter__(self) -> Watch:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        query = (
            "SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s"
        )
        with contextlib.closing(connections.create_connection("default")) as own:
            while not self._over.wait(0.01):
                with own.cursor() as cursor:
                    cursor.execute(query, [WEB])
                    there, at_work = cursor.fetchone()
                self.most_connections = max(self.most_connections, there)
                self.most_at_work = max(self.most_at_work, at_work)


@contextlib.contextmanager
def without_constraint() -> Iterator[None]:
    """For controls: nothing in the database forbids two allocations of a unit at a time."""
    (constraint,) = (c for c in Allocation._meta.constraints if c.name == "allocation_no_overlap")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Allocation, constraint)
    try:
        yield
    finally:
        forget_bookings()
        with connection.schema_editor() as editor:
            editor.add_constraint(Allocation, constraint)


@contextlib.contextmanager
def without_triggers() -> Iterator[None]:
    """For controls: nothing in the database ties a booking's state to its allocations."""
    _switch_triggers("DISABLE")
    try:
        yield
    finally:
        forget_bookings()
        _switch_triggers("ENABLE")


def _switch_triggers(how: str) -> None:
    with connection.cursor() as cursor:
        for model in _GUARDED_BY_TRIGGERS:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {how} TRIGGER USER")


@contextlib.contextmanager
def without_unique(model: type[Model], column: str) -> Iterator[None]:
    """For controls: nothing in the database forbids two rows of the same ``column``."""
    table = model._meta.db_table
    name = _name_of_unique(table, column)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        forget_bookings()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({column})")


def _name_of_unique(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    (name,) = (n for n, c in found.items() if c["unique"] and c["columns"] == [column])
    return name
