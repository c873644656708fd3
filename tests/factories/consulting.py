from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group

from center import clock
from center.models import User
from center.permissions import EVALUATOR
from programs.models import (
    Application,
    ApplicationState,
    Consultant,
    ConsultantHours,
    Consultation,
    ConsultationWish,
    ConsultingField,
)
from tests.factories.people import user as a_user
from tests.factories.programs import application as an_application
from tests.factories.programs import program as a_program


def evaluator(**fields: Any) -> User:
    """A person with the role of evaluator and consultant, who is no staff."""
    person = a_user(**fields)
    person.groups.add(Group.objects.get_or_create(name=EVALUATOR)[0])
    return person


def consultant(
    *, user: User | None = None, fields: Sequence[str] = (ConsultingField.PAGE,), **values: Any
) -> Consultant:
    """Works Monday to Friday from nine to six."""
    person = user or evaluator()
    made = Consultant.objects.create(user=person, fields=list(fields), **values)
    ConsultantHours.objects.bulk_create(
        ConsultantHours(consultant=made, weekday=day, opens=dt.time(9), closes=dt.time(18))
        for day in range(5)
    )
    return made


def consultation(
    application: Application | None = None, *, wishes: Sequence[dt.datetime] = (), **values: Any
) -> Consultation:
    """Asked for, an hour at 10, 14 and 16 o'clock on the third day from now unless told."""
    asked = application or an_application(a_program("consulting"), state=ApplicationState.SELECTED)
    day = clock.today() + 3 * clock.DAY
    times = wishes or [clock.at(day, dt.time(hour)) for hour in (10, 14, 16)]
    given = {
        "field": ConsultingField.PAGE,
        "way": "here",
        "question": "상세페이지를 고치고 싶습니다",
    }
    made = Consultation.objects.create(
        application=asked, merchant=asked.merchant, **{**given, **values}
    )
    ConsultationWish.objects.bulk_create(
        ConsultationWish(
            consultation=made, position=n, starts=starts, ends=starts + dt.timedelta(hours=1)
        )
        for n, starts in enumerate(times, 1)
    )
    return made
