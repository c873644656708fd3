"""From the access log to the people: whose data a record was about, and how to reach them.

Each app registers, for the kinds of its own rows, querysets of whoever is affected when the
rows with certain ids were seen. All of them have the columns of ``COLUMNS``, so that one
UNION answers the whole question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from django.db.models import BigIntegerField, F, Func, QuerySet, Value

from center.models import AccessRecord, User

COLUMNS = ("what", "number", "called", "mail", "telephone")

#: a subquery of ids → the affected, in COLUMNS
Affected: TypeAlias = Callable[[Any], Sequence[QuerySet[Any, Any]]]

_kinds: dict[str, Affected] = {}


def register(kind: str, affected: Affected) -> None:
    """Say who is affected by rows of a kind (``_meta.model_name``)."""
    _kinds[kind] = affected


def columns_of_people(people: QuerySet[User]) -> QuerySet[User, Any]:
    """People in COLUMNS."""
    return people.order_by().values_list(Value("person"), "pk", "name", "email", "phone")


def affected_by(records: QuerySet[AccessRecord]) -> QuerySet[Any, Any]:
    """Everybody whose data the records showed, each once, in one query."""
    parts: list[QuerySet[Any, Any]] = []
    for kind, affected in sorted(_kinds.items()):
        parts += affected(_ids(records.filter(subject_kind=kind)))
    return parts[0].union(*parts[1:])


def unknown_kinds(records: QuerySet[AccessRecord]) -> list[str]:
    """Kinds in the records for which nobody said who is affected."""
    kinds = records.exclude(subject_kind__in=_kinds).order_by("subject_kind")
    return list(kinds.values_list("subject_kind", flat=True).distinct())


def _ids(records: QuerySet[AccessRecord]) -> QuerySet[AccessRecord, Any]:
    unnested = Func(F("subject_ids"), function="unnest", output_field=BigIntegerField())
    return records.order_by().annotate(subject=unnested).values("subject")


register("user", lambda ids: [columns_of_people(User.objects.filter(pk__in=ids))])
register(
    "rightsrequest",
    lambda ids: [columns_of_people(User.objects.filter(rights_requests__in=ids))],
)
register("consent", lambda ids: [columns_of_people(User.objects.filter(consents__in=ids))])
register(
    "rolechange",
    lambda ids: [columns_of_people(User.objects.filter(role_changes__in=ids))],
)
