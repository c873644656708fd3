"""The access log: one row whenever staff see personal data or somebody takes his own out.

Nothing else writes it.

The row is written before the answer leaves, in the same transaction where there is one; a
row that cannot be written stops the answer (no look without a record).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeAlias

import structlog
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest

from center.middleware import client_address
from center.models import AccessAction, AccessRecord, User

#: instances of one model, or a kind ("merchant") with the ids
Subjects: TypeAlias = Iterable[Model] | tuple[str, Iterable[int]]

#: a page that renews itself is one look within so long
LOOK = dt.timedelta(minutes=10)

# By hand: every open board asks it every half minute, and the ORM would put it together anew.
_SEEN_SQL = """
SELECT subject_ids FROM center_accessrecord
WHERE actor_id = %s AND at > statement_timestamp() - make_interval(secs => %s) AND subject_kind = %s AND what = %s
"""
_WHAT = 500
_LABEL = 80


def record(
    request: HttpRequest,
    *,
    action: AccessAction,
    subjects: Subjects,
    what: str = "",
    purpose: str = "",
) -> AccessRecord | None:
    """Write that the person behind ``request`` saw the data of ``subjects``.

    ``what`` is the address asked for unless given. Nothing shown, nothing written: None.
    """
    actor = request.user if isinstance(request.user, User) else None
    return _write(
        actor,
        action=action,
        subjects=subjects,
        what=what or request.get_full_path(),
        purpose=purpose,
        address=client_address(request),
    )


def record_look(
    request: HttpRequest, *, action: AccessAction, subjects: tuple[str, Iterable[int]], what: str
) -> AccessRecord | None:
    """As ``record``, for a page that renews itself every half minute: whom the same person
    saw at the same address within ten minutes is not written again, whoever is new on it is.

    So the log says of everybody shown that he was, and is not drowned by one open screen.
    """
    kind, ids = subjects
    with connection.cursor() as cursor:
        cursor.execute(_SEEN_SQL, [request.user.pk, LOOK.total_seconds(), kind, what[:_WHAT]])
        seen = [pks for (pks,) in cursor.fetchall()]
    fresh = sorted(set(ids).difference(*seen))
    return record(request, action=action, subjects=(kind, fresh), what=what)


def record_for(
    actor: User | None,
    *,
    action: AccessAction,
    subjects: Subjects,
    what: str,
    purpose: str = "",
) -> AccessRecord | None:
    """The same for tasks and commands, which have no address; None is the system itself."""
    return _write(actor, action=action, subjects=subjects, what=what, purpose=purpose, address=None)


def _write(
    actor: User | None, *, action: AccessAction, subjects: Subjects, what: str, **fields: Any
) -> AccessRecord | None:
    kind, ids, label = _named(subjects)
    if not ids:
        return None
    return AccessRecord.objects.create(
        actor=actor,
        actor_label=actor.label if actor else "system",
        action=action,
        subject_kind=kind,
        subject_ids=ids,
        subject_label=label,
        what=what[:_WHAT],
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        **fields,
    )


def _named(subjects: Subjects) -> tuple[str, list[int], str]:
    """Kind and ids; a single subject is named too, because its row may be gone one day."""
    if isinstance(subjects, tuple) and len(subjects) == 2 and isinstance(subjects[0], str):
        return subjects[0], list(subjects[1]), ""
    people = list(subjects)
    kinds = {person._meta.model_name or "" for person in people}
    if len(kinds) > 1:
        raise ValueError(f"subjects of one kind, not {sorted(kinds)}")
    label = str(people[0])[:_LABEL] if len(people) == 1 else ""
    return "".join(kinds), [person.pk for person in people], label
