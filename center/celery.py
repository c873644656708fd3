"""The task application and the whole timetable of periodic work."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")

app = Celery("center", task_cls="center.delivery:CountedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["center.demo"])


# Without it a task's lines would know neither its own id nor that of the request behind it.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery would put its own format over the JSON lines of the settings."""


def every(minutes: int, *, first: int = 0) -> crontab:
    """Every so many minutes of the hour, in Korea, from the minute ``first``."""
    return crontab(minute=f"{first}-59/{minutes}")


def daily(at: str) -> crontab:
    """Each day at ``at`` ("HH:MM"), Korean time."""
    hour, minute = at.split(":")
    return crontab(hour=hour, minute=minute)


#: name, task, when, seconds after which a run that no worker has begun is left to the next
TIMETABLE: list[tuple[str, str, crontab, int]] = [
    # A hold that ran out blocks nobody (booking sweeps too); this tidies up the rest.
    ("expire-holds", "bookings.tasks.expire_holds", every(1), 55),
    # A day and an hour before a use or a session, to the minute; each written once.
    ("remind-of-bookings", "bookings.tasks.remind", every(1), 55),
    ("remind-of-sessions", "programs.tasks.remind_of_sessions", every(1), 55),
    # Requests nobody answered before their time; who did not come within the minutes of
    # grace; uses nobody checked out of.
    ("follow-attendance", "bookings.tasks.follow_attendance", every(1), 55),
    # The waiting list is woken when something becomes free, messages leave when they are
    # written; these see to offers that ran out and to whatever nobody was woken for.
    ("offer-freed", "bookings.tasks.offer_freed", every(1), 55),
    ("sweep-messages", "center.notifications.tasks.sweep", every(1), 55),
    # A place nobody accepted in its hours is offered to the next in line.
    ("pass-on-places", "programs.tasks.pass_on_places", every(1), 55),
    # Sessions that are over, and rounds whose last one was over some hours ago.
    ("follow-sessions", "programs.tasks.follow_sessions", every(5), 240),
    # An hour before equipment is due back, and on the morning after; each told once.
    ("remind-of-returns", "bookings.tasks.remind_of_returns", every(5), 240),
    # Changes of many dates and results of large calls, where telling of them broke off.
    ("tell-of-series", "bookings.tasks.tell_of_series", every(5), 240),
    ("tell-results", "programs.tasks.tell_results", every(5), 240),
    # Files for those who take part, once no other has followed for some minutes.
    ("tell-of-materials", "programs.tasks.tell_of_materials", every(5, first=3), 240),
    # A draw needs its seed before the call closes; staff may have forgotten it.
    ("commit-seeds", "programs.tasks.commit_seeds", every(10), 540),
    # A finished month is frozen REPORT_FREEZE_DAYS later; so is what a worker died over.
    ("freeze-reports", "center.reports.tasks.freeze_due", every(10, first=5), 540),
    # What was corrected since: counted by night for those who open a report by day.
    ("compare-reports", "center.reports.tasks.compare_editions", daily("04:10"), 3600),
    ("forget-imported-rows", "merchants.tasks.forget_imported_rows", every(60, first=40), 3000),
    # What a process killed between file and row left behind.
    ("sweep-papers", "merchants.tasks.sweep_papers", daily("03:10"), 3600),
    # Within five days of the end of its time (PIPA 21), so every night.
    ("destroy-what-is-over", "center.tasks.destroy_what_is_over", daily("03:40"), 3600),
    ("clear-sessions", "center.tasks.clear_sessions", daily("04:10"), 3600),
    # District codes end on any day of the year; a look is one query.
    ("carry-districts", "merchants.tasks.carry_districts", daily("04:40"), 3600),
    # Those whose last answer is a month old: the tax office sees no peak.
    ("recheck-businesses", "merchants.tasks.recheck_businesses", daily("05:20"), 3600),
    # Before the house opens; on days when nobody works nobody is told.
    ("tell-of-overdue", "center.notifications.tasks.tell_of_overdue", daily("08:30"), 3600),
    # Told in the day, and whoever was missed on the next: advertisements agreed to two years
    # ago (정보통신망법 §50⑧), papers that end in 30 days, what programs brought, idle accounts.
    ("confirm-consents", "center.notifications.tasks.confirm_consents", daily("09:20"), 3600),
    ("remind-of-renewal", "merchants.tasks.remind_of_renewal", daily("09:30"), 3600),
    ("ask-what-it-brought", "programs.tasks.ask_what_it_brought", daily("09:40"), 3600),
    ("idle-accounts", "center.notifications.tasks.look_after_idle_accounts", daily("09:50"), 3600),
    # After the answers of the day, so that the last of them does not wait for another night.
    ("finish-programs", "programs.tasks.finish_programs", daily("10:20"), 3600),
]


def _entry(task: str, when: crontab, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": when, "options": {"expires": expires}}


app.conf.beat_scheduler = "center.timetable:Scheduler"
app.conf.beat_schedule = {name: _entry(*line) for name, *line in TIMETABLE}


@app.on_after_configure.connect
def bring_the_demo_to_life(sender: Celery, **kwargs: Any) -> None:
    """Only now: who imports this module has not yet made up his mind about the settings."""
    if settings.DEMO:
        entry = _entry("center.demo.tasks.bring_visitors", every(1), 55)
        sender.conf.beat_schedule["bring-visitors"] = entry
