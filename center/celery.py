"""The task application and the whole timetable of periodic work."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")

app = Celery("center")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["center.demo"])


# Without it a task's lines would know neither its own id nor that of the request behind it.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery would put its own format over the JSON lines of the settings."""


app.conf.beat_schedule = {
    # A hold that ran out blocks nobody (booking sweeps too); this tidies up the rest.
    "expire-holds": {
        "task": "bookings.tasks.expire_holds",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # A day and an hour before a use, to the minute; what is written already is not written again.
    "remind-of-bookings": {
        "task": "bookings.tasks.remind",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # Requests nobody answered before their time; who did not come within the minutes of
    # grace; uses nobody checked out of.
    "follow-attendance": {
        "task": "bookings.tasks.follow_attendance",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # A day and an hour before a session of a program, in the same way.
    "remind-of-sessions": {
        "task": "programs.tasks.remind_of_sessions",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # Sessions that are over, and rounds whose last one was over some hours ago.
    "follow-sessions": {
        "task": "programs.tasks.follow_sessions",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 240},
    },
    # An hour before equipment is due back, and on the morning after; each told once.
    "remind-of-returns": {
        "task": "bookings.tasks.remind_of_returns",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 240},
    },
    # Changes of many dates are told of at their end; this sees to those that broke off.
    "tell-of-series": {
        "task": "bookings.tasks.tell_of_series",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 240},
    },
    # The waiting list is woken whenever something becomes free; this sees to offers that ran
    # out, to days that have passed and to whoever was not woken.
    "offer-freed": {
        "task": "bookings.tasks.offer_freed",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # A place nobody accepted in its hours is offered to the next in line.
    "pass-on-places": {
        "task": "programs.tasks.pass_on_places",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # Each day those whose last answer is a month old: the tax office sees no peak, and a day
    # on which it does not answer is made up for on the next.
    "recheck-businesses": {
        "task": "merchants.tasks.recheck_businesses",
        "schedule": crontab(hour="5", minute="20"),
        "options": {"expires": 3600},
    },
    # Messages leave as soon as they are written; this brings home what nobody was woken for.
    "sweep-messages": {
        "task": "center.notifications.tasks.sweep",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    # District codes end on any day of the year; a look is one query.
    "carry-districts": {
        "task": "merchants.tasks.carry_districts",
        "schedule": crontab(hour="4", minute="40"),
        "options": {"expires": 3600},
    },
    # Within five days of the end of its time (PIPA 21), so every night.
    "destroy-what-is-over": {
        "task": "center.tasks.destroy_what_is_over",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
    # Accounts unused for years are told a month before, in the day, and then closed.
    "look-after-idle-accounts": {
        "task": "center.notifications.tasks.look_after_idle_accounts",
        "schedule": crontab(hour="9", minute="50"),
        "options": {"expires": 3600},
    },
    # Before the house opens; on days when nobody works nobody is told.
    "tell-of-overdue": {
        "task": "center.notifications.tasks.tell_of_overdue",
        "schedule": crontab(hour="8", minute="30"),
        "options": {"expires": 3600},
    },
    # Consents to advertisements are confirmed every two years (정보통신망법 §50⑧); who was
    # missed is told on the next day.
    "confirm-consents": {
        "task": "center.notifications.tasks.confirm_consents",
        "schedule": crontab(hour="9", minute="20"),
        "options": {"expires": 3600},
    },
    # Papers are renewed 30 days before they end; a day missed is made up for on the next.
    "remind-of-renewal": {
        "task": "merchants.tasks.remind_of_renewal",
        "schedule": crontab(hour="9", minute="30"),
        "options": {"expires": 3600},
    },
    # A draw needs its seed before the call closes; staff may have forgotten it.
    "commit-seeds": {
        "task": "programs.tasks.commit_seeds",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 540},
    },
    # Results of large calls are told in batches; this goes on where a worker was killed.
    "tell-results": {
        "task": "programs.tasks.tell_results",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 240},
    },
    # What a process killed between file and row left behind.
    "sweep-papers": {
        "task": "merchants.tasks.sweep_papers",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 3600},
    },
    "forget-imported-rows": {
        "task": "merchants.tasks.forget_imported_rows",
        "schedule": crontab(minute="40"),
        "options": {"expires": 3000},
    },
    # A finished month is frozen some days after its end (REPORT_FREEZE_DAYS); what a worker
    # died over is taken up again.
    "freeze-reports": {
        "task": "center.reports.tasks.freeze_due",
        "schedule": crontab(minute="5-59/10"),
        "options": {"expires": 540},
    },
    # What programs brought is asked for in the day; a day missed is made up for on the next.
    "ask-what-it-brought": {
        "task": "programs.tasks.ask_what_it_brought",
        "schedule": crontab(hour="9", minute="40"),
        "options": {"expires": 3600},
    },
    # After the answers of the day, so that the last of them does not wait for another night.
    "finish-programs": {
        "task": "programs.tasks.finish_programs",
        "schedule": crontab(hour="10", minute="20"),
        "options": {"expires": 3600},
    },
    "clear-sessions": {
        "task": "center.tasks.clear_sessions",
        "schedule": crontab(hour="4", minute="10"),
        "options": {"expires": 3600},
    },
}


@app.on_after_configure.connect
def bring_the_demo_to_life(sender: Celery, **kwargs: Any) -> None:
    """Only now: who imports this module has not yet made up his mind about the settings."""
    if settings.DEMO:
        sender.conf.beat_schedule["bring-visitors"] = {
            "task": "center.demo.tasks.bring_visitors",
            "schedule": crontab(minute="*"),
            "options": {"expires": 55},
        }
