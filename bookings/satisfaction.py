"""What people said after their uses, for staff: averages of each space, and the words."""

from __future__ import annotations

from typing import Any

from django.db.models import Avg, Count, QuerySet

from bookings.models import Feedback, Resource


def averages() -> QuerySet[Any, Any]:
    """Every space offered with its number of answers and mean marks, idle ones too. 1 query."""
    path = "bookings__feedback"
    return (
        Resource.objects.active()
        .spaces()
        .annotate(
            answers=Count(path),
            space_mean=Avg(f"{path}__space"),
            equipment_mean=Avg(f"{path}__equipment"),
            help_mean=Avg(f"{path}__help"),
        )
        .order_by("position", "pk")
    )


def answers() -> QuerySet[Feedback]:
    """Newest first, with the use they are about."""
    return Feedback.objects.select_related("booking__resource", "booking__merchant")
