"""Celery workers as in production, forked, so that a new one is at work at once."""

from __future__ import annotations

import sys

import django


def work_for_ever() -> None:
    from center.celery import app

    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    app.worker_main(["--quiet", "worker", "--pool", "solo", "--loglevel", "CRITICAL", *quiet])


if __name__ == "__main__":
    django.setup()
    from center.celery import app
    from tests.races.crew import keep_at_work  # its imports need the setup

    app.loader.import_default_modules()

    keep_at_work(work_for_ever, int(sys.argv[1]))
