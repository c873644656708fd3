"""How dates, times and lengths read in sentences and cells, in the language in force."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from center import clock

_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _korean() -> bool:
    return get_language() == "ko"


def weekday(day: dt.date) -> str:
    return (_WEEKDAYS_KO if _korean() else _WEEKDAYS_EN)[day.weekday()]


def short_day(day: dt.date) -> str:
    """``11. 27.(금)`` or ``Fri 27 Nov``."""
    if _korean():
        return f"{day.month}. {day.day}.({weekday(day)})"
    return f"{weekday(day)} {day.day} {_MONTHS_EN[day.month - 1]}"


def long_day(day: dt.date) -> str:
    """``11월 27일(금)`` or ``Fri 27 Nov``."""
    if _korean():
        return f"{day.month}월 {day.day}일({weekday(day)})"
    return short_day(day)


def full_day(day: dt.date) -> str:
    """``2026. 11. 27.(금)`` or ``Fri 27 Nov 2026``."""
    if _korean():
        return f"{day.year}. {short_day(day)}"
    return f"{short_day(day)} {day.year}"


def date(day: dt.date) -> str:
    """``2026. 11. 27.`` or ``27 Nov 2026``, as papers date themselves."""
    if _korean():
        return f"{day.year}. {day.month}. {day.day}."
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def time(instant: dt.datetime) -> str:
    """24-hour wall clock of Korea, ``9:00``; midnight reads ``0:00``."""
    here = clock.local(instant)
    return f"{here.hour}:{here.minute:02}"


def moment(instant: dt.datetime) -> str:
    """Day and time, ``11. 27.(금) 10:00``."""
    return f"{short_day(clock.day_of(instant))} {time(instant)}"


def end(instant: dt.datetime) -> str:
    """Until when something lasts: an end at midnight reads ``11. 26.(목) 24:00``."""
    day = clock.day_of(instant)
    if clock.at(day) == instant:
        return f"{short_day(day - clock.DAY)} 24:00"
    return moment(instant)


def span(starts: dt.datetime, ends: dt.datetime) -> str:
    """``10:00 – 12:00``; an end on a later day carries its date."""
    if clock.day_of(starts) == clock.day_of(ends) or clock.at(clock.day_of(ends)) == ends:
        last = "24:00" if clock.at(clock.day_of(ends)) == ends else time(ends)
        return f"{time(starts)} – {last}"
    return f"{time(starts)} – {moment(ends)}"


def week_span(first: dt.date, last: dt.date) -> str:
    """``11월 23일 – 29일``, ``11월 30일 – 12월 6일``."""
    if _korean():
        tail = f"{last.day}일" if last.month == first.month else f"{last.month}월 {last.day}일"
        return f"{first.month}월 {first.day}일 – {tail}"
    head = f"{first.day}"
    if last.month != first.month:
        head += f" {_MONTHS_EN[first.month - 1]}"
    return f"{head} – {last.day} {_MONTHS_EN[last.month - 1]}"


def month(day: dt.date) -> str:
    """``2026년 12월``, ``December 2026``."""
    if _korean():
        return f"{day.year}년 {day.month}월"
    return f"{_MONTHS_EN[day.month - 1]} {day.year}"


def length(minutes: int) -> str:
    """``2 hours``, ``90 minutes``, ``1 hour 30 minutes`` where that reads better."""
    hours, rest = divmod(minutes, 60)
    in_hours = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    in_minutes = ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest}
    if not rest:
        return in_hours
    return (
        _("%(hours)s %(minutes)s") % {"hours": in_hours, "minutes": in_minutes}
        if hours
        else in_minutes
    )


def masked(name: str) -> str:
    """A name as strangers may read it: ``홍길동`` is ``홍*동``, ``이수`` is ``이*``."""
    if len(name) < 3:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def won(amount: int) -> str:
    """``1,234,000원``, ``1,234,000 won``."""
    return _("%(n)s won") % {"n": f"{amount:,}"}
