"""The header ``Retry-After`` (RFC 9110, 10.2.3)."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

from center import clock

#: nobody makes the house wait longer by one answer
LONGEST = dt.timedelta(hours=1)


def pause_asked_for(header: str) -> dt.timedelta | None:
    """How long a server wants to be left alone, ``LONGEST`` at most; None if it does not say."""
    if header.isascii() and header.isdigit():
        asked = dt.timedelta(seconds=min(int(header[:9]), LONGEST.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        asked = moment - clock.now()
    return min(max(asked, dt.timedelta(0)), LONGEST)
