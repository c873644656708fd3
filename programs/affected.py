"""Who is affected when applications were seen: the businesses, and whoever applied for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from center import subjects
from center.models import User
from merchants.affected import by_businesses
from programs.models import Application


def by_applications(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of applications; a subquery or a list."""
    seen = Application.objects.filter(pk__in=ids).order_by()
    people = User.objects.filter(pk__in=seen.values("applied_by"))
    return [*by_businesses(seen.values("merchant")), subjects.columns_of_people(people)]
