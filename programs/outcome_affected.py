"""Who is affected when consultations were seen: the business, whoever asked, the consultant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from center import subjects
from center.models import User
from merchants.affected import by_businesses
from programs.models import Consultation


def by_consultations(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of consultations; a subquery or a list."""
    seen = Consultation.objects.filter(pk__in=ids).order_by()
    people = User.objects.filter(
        Q(pk__in=seen.values("requested_by")) | Q(pk__in=seen.values("consultant"))
    )
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(people)]
