"""Filters that print instants the way ``center.display`` words them."""

from __future__ import annotations

import datetime as dt

from django import template

from center import clock, devices, display

register = template.Library()


def _day(value: dt.date | dt.datetime) -> dt.date:
    """A day as it is, an instant's day in Korea."""
    return clock.day_of(value) if isinstance(value, dt.datetime) else value


register.filter("short_day", lambda value: display.short_day(_day(value)))
register.filter("long_day", lambda value: display.long_day(_day(value)))
register.filter("full_day", lambda value: display.full_day(_day(value)))
register.filter("clock_time", display.time)
# As an input of type "time" wants it: 09:00.
register.filter("clock_hour", lambda instant: f"{clock.local(instant):%H:%M}")
register.filter("moment", display.moment)
register.filter("end_moment", display.end)
register.filter("device", devices.in_words)
register.filter("iso", lambda instant: clock.local(instant).isoformat(timespec="seconds"))


@register.simple_tag
def time_span(starts, ends):  # type: ignore[no-untyped-def]
    """``10:00 – 12:00``"""
    return display.span(starts, ends)
