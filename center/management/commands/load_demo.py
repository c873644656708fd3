from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from bookings.models import Resource
from center import clock
from center.demo import (
    brought,
    cases,
    courses,
    devices,
    house,
    missed,
    past,
    people,
    programs,
    results,
    selection,
    series,
)
from merchants.models import Merchant

DAYS_AHEAD = 28


class Command(BaseCommand):
    help = "Load the demo center, or add the days since it was loaded. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        with pghistory.context(command="load_demo"):
            if Resource.objects.filter(slug="studio").exists():
                self._add_days_since()
            elif Merchant.objects.exists() or Resource.objects.exists():
                raise CommandError(
                    "The database holds data that is not the demo's; use an empty one."
                )
            else:
                self._load()

    @transaction.atomic
    def _load(self) -> None:
        today = clock.today()
        house.build()
        people.build(random.Random(past.SEED))  # noqa: S311
        first = today - past.DAYS_BACK * clock.DAY
        made = past.build(first, today + DAYS_AHEAD * clock.DAY)
        _count_rows()
        missed.build(past.first_merchants_own("달구벌 수제청"))
        series.build("달구벌 수제청")
        cases.build()
        devices.build()
        results.build()
        programs.build()
        courses.build("달구벌 수제청")
        brought.build("달구벌 수제청")
        selection.build()
        results.freeze_last_month()
        self.stdout.write(
            f"Demo center loaded: {Merchant.objects.count()} businesses, {made} bookings."
        )

    @transaction.atomic
    def _add_days_since(self) -> None:
        """The days beyond those loaded, so that the present always looks alive."""
        past.finish()
        results.answer()
        results.enter_from_elsewhere()
        programs.keep_open()
        courses.keep_running("달구벌 수제청")
        selection.build()
        latest: dt.datetime = past.made_here().latest("starts").starts
        loaded_until = clock.day_of(latest)
        last = clock.today() + DAYS_AHEAD * clock.DAY
        if loaded_until < last:
            made = past.build(loaded_until + clock.DAY, last)
            self.stdout.write(f"Demo center brought up to date: {made} bookings added.")


def _count_rows() -> None:
    """Tell PostgreSQL how many rows there are by now: the checks at the end of the transaction
    were planned for empty tables, and would read them whole for every row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bookings_booking, bookings_allocation, merchants_merchant")
