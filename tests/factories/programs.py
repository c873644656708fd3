from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from center import clock
from merchants.models import Merchant
from programs.kinds import KINDS
from programs.models import Application, ApplicationState, Program, ProgramState
from tests.factories.people import merchant as a_merchant

_count = itertools.count(1)


def program(kind: str = "education", **fields: Any) -> Program:
    """A published call that opened yesterday and closes in a week, for twenty."""
    n, now = next(_count), clock.now()
    values = {
        "kind": kind,
        "slug": f"program-{n}",
        "title": f"프로그램 {n}",
        "state": ProgramState.PUBLISHED,
        "published_at": now - dt.timedelta(days=1),
        "opens_at": now - dt.timedelta(days=1),
        "closes_at": now + dt.timedelta(days=7),
        "selection": KINDS[kind].selection,
        "quota": 20,
        **fields,
    }
    return Program.objects.create(**values)


def application(
    program: Program,
    merchant: Merchant | None = None,
    state: str = ApplicationState.SUBMITTED,
    **fields: Any,
) -> Application:
    """Handed in now by a verified business; in a placed state it has the next place."""
    business = merchant or a_merchant()
    values: dict[str, Any] = {"program": program, "merchant": business, "state": state}
    if state != ApplicationState.DRAFT:
        values |= {"submitted_at": clock.now(), "district": business.district}
    if state in ApplicationState.placed:
        values["place"] = program.applications.placed().count() + 1
    if state == ApplicationState.RESERVE:
        values["reserve_number"] = program.applications.reserve_list().count() + 1
    if state == ApplicationState.OFFERED:
        values["offered_until"] = clock.now() + dt.timedelta(hours=program.offer_hours)
    return Application.objects.create(**{**values, **fields})
