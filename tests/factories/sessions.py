from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from center import clock
from programs.models import (
    Application,
    Attendance,
    Mark,
    NotedBy,
    Program,
    Session,
    SessionKind,
    SessionState,
)

_count = itertools.count(1)


def session(program: Program, starts: dt.datetime | None = None, **fields: Any) -> Session:
    """A class of two hours tomorrow at this time, without a room; held if it is over."""
    begins = starts or clock.now() + clock.DAY
    n = next(_count)
    values = {
        "program": program,
        "kind": SessionKind.CLASS,
        "title": f"{n}회차",
        "starts": begins,
        "ends": begins + dt.timedelta(hours=2),
        **fields,
    }
    if "state" not in values and values["ends"] <= clock.now():
        values["state"] = SessionState.HELD
    return Session.objects.create(**values)


def attendance(session: Session, application: Application, **fields: Any) -> Attendance:
    """Noted by staff as present throughout."""
    values = {"mark": Mark.PRESENT, "method": NotedBy.STAFF, **fields}
    return Attendance.objects.create(session=session, application=application, **values)
