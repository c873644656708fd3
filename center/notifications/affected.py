"""Who is affected when messages were seen: whom they were for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value

from center import subjects
from center.models import User
from center.notifications.models import Message


def by_messages(ids: Any) -> Sequence[QuerySet[Any, Any]]:
    """``ids``: of messages; a subquery or a list."""
    strangers = Message.objects.filter(pk__in=ids, recipient=None).order_by()
    return [
        subjects.columns_of_people(User.objects.filter(messages__in=ids)),
        strangers.values_list(Value("address"), "pk", Value(""), "address", Value("")),
    ]
