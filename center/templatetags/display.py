"""Filters that print instants the way ``center.display`` words them."""

from __future__ import annotations

from django import template

from center import clock, devices, display

register = template.Library()

register.filter("short_day", lambda instant: display.short_day(clock.day_of(instant)))
register.filter("long_day", lambda instant: display.long_day(clock.day_of(instant)))
register.filter("full_day", lambda instant: display.full_day(clock.day_of(instant)))
register.filter("clock_time", display.time)
register.filter("moment", display.moment)
register.filter("device", devices.in_words)
register.filter("iso", lambda instant: clock.local(instant).isoformat(timespec="seconds"))


@register.simple_tag
def time_span(starts, ends):  # type: ignore[no-untyped-def]
    """``10:00 – 12:00``"""
    return display.span(starts, ends)
