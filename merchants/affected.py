"""Who is affected when data of businesses was seen: the business and its members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value

from center import subjects
from center.models import User
from merchants.models import Merchant


def by_businesses(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of businesses; a subquery or a list."""
    businesses = Merchant.objects.filter(pk__in=ids).order_by()
    return [
        businesses.values_list(Value("business"), "pk", "name", Value(""), "phone"),
        subjects.columns_of_people(User.objects.filter(memberships__merchant__in=ids)),
    ]
