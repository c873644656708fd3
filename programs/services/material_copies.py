"""Files of the last round's sessions for those of the next one, so that nobody sends them again.

Bytes are stored before any lock is taken, rows are written with the new sessions; a copy that
no row names in the end is deleted, and what a process killed in between left goes with the
sweep of orphans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from center import clock
from center.models import User
from merchants.papers import store
from merchants.papers.store import StoredFile
from programs import rolls
from programs.models import Material, Session
from programs.services import materials

log = structlog.get_logger(__name__)


@dataclass
class Copies:
    """Files stored a second time, by the session they are of, and those that cannot be read."""

    of_session: dict[int, list[tuple[Material, StoredFile]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    lost: list[Material] = field(default_factory=list)


def store_again(sessions: Iterable[Session]) -> Copies:
    """Copies of all files given out in ``sessions``. Raises RuleViolation as ``store.save``,
    with nothing left behind."""
    copies = Copies()
    files = Material.objects.given_out().filter(session__in=sessions)
    try:
        for file in files.order_by("session_id", "pk"):
            _store(file, copies)
    except BaseException:
        discard_unused(copies)
        raise
    return copies


def _store(file: Material, copies: Copies) -> None:
    try:
        content = materials.content_of(file)
    except (store.PaperLost, store.PaperUnreadable) as error:
        log.error("material_not_copied", material=file.pk, error=str(error))
        copies.lost.append(file)
        return
    copies.of_session[file.session_id].append((file, store.save(content)))


def hand_over(copies: Copies, *, before: Session, session: Session, by: User) -> None:
    """Write the rows of ``session`` that name the copies of the files of ``before``; what it
    has already it does not get twice. Where nobody takes part yet nobody is ever written to of
    them, as the first who does would be alone: they are there with the session for everybody."""
    if before.pk not in copies.of_session:
        return
    now = clock.now()
    told_at = now if not rolls.participants(session) else None
    there = set(session.files.there().values_list("sha256", flat=True))
    Material.objects.bulk_create(
        Material(
            session=session,
            stored_name=stored.name,
            key_id=stored.key_id,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            name=file.name,
            added_at=now,
            added_by=by,
            told_at=told_at,
        )
        for file, stored in copies.of_session[before.pk]
        if file.sha256 not in there
    )


def discard_unused(copies: Copies) -> None:
    """Delete the copies that no row names."""
    made = {stored.name for rows in copies.of_session.values() for _file, stored in rows}
    used = Material.objects.filter(stored_name__in=made).values_list("stored_name", flat=True)
    for name in made.difference(used):
        store.delete(name)
