"""The house: settings, people, roles, clock, and the roof that joins the apps."""

from center.celery import app as celery_app

__all__ = ["celery_app"]
