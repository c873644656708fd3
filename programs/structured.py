"""A call in the words of schema.org, for search engines."""

from __future__ import annotations

import json

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from center import clock
from programs.models import Program

#: what would end the script element or begin a comment in it
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def data_of(program: Program, site: str) -> SafeString:
    """JSON-LD of an event whose places are free; ``site`` is the address of the portal. Empty
    where no day is known yet: an event has one, and the window of the applications is none."""
    first, last = program.runs_from or program.runs_until, program.runs_until or program.runs_from
    if first is None or last is None:
        return SafeString()
    is_online = program.the_kind.is_online
    mode = "OnlineEventAttendanceMode" if is_online else "OfflineEventAttendanceMode"
    said = {
        "@context": "https://schema.org",
        "@type": "EducationEvent" if program.kind == "education" else "Event",
        "name": program.title,
        "description": program.summary,
        "url": f"{site}{program.get_absolute_url()}",
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "isAccessibleForFree": True,
        "organizer": {"@type": "Organization", "name": settings.CENTER_NAME, "url": f"{site}/"},
        "eventAttendanceMode": f"https://schema.org/{mode}",
        "location": _location(program, site),
        "offers": _offer(program),
    }
    return mark_safe(json.dumps(said, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308  (<, > and & escaped)


def _location(program: Program, site: str) -> dict[str, str]:
    if program.the_kind.is_online:
        return {"@type": "VirtualLocation", "url": f"{site}{program.get_absolute_url()}"}
    return {
        "@type": "Place",
        "name": settings.CENTER_NAME,
        "address": settings.CENTER_ADDRESS,
    }


def _offer(program: Program) -> dict[str, object]:
    return {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "KRW",
        "validFrom": clock.local(program.opens_at).isoformat(),
        "validThrough": clock.local(program.closes_at).isoformat(),
    }
