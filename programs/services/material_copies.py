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
#: what one press of the button copies at most: somebody waits for the page, and other pages
#: for the thread. Files beyond it are named, and added by hand.
MOST_FILES, MOST_BYTES = 40, 100 * 1024 * 1024


@dataclass
class Copies:
    """Files stored a second time, by the session they are of, those that cannot be read, and
    those there were too many of."""

    of_session: dict[int, list[tuple[Material, StoredFile]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    lost: list[Material] = field(default_factory=list)
    beyond: list[Material] = field(default_factory=list)


def store_again(sessions: Iterable[Session]) -> Copies:
    """Copies of the files given out in ``sessions``, up to ``MOST_FILES`` and ``MOST_BYTES``,
    those of the first sessions first. Raises RuleViolation as ``store.save``,
    with nothing left behind."""
    copies = Copies()
    files = Material.objects.given_out().filter(session__in=sessions)
    wanted, copies.beyond = within_bounds(files.order_by("session__starts", "session_id", "pk"))
    try:
        for file in wanted:
            _store(file, copies)
    except BaseException:
        discard_unused(copies)
        raise
    return copies


def within_bounds(files: Iterable[Material]) -> tuple[list[Material], list[Material]]:
    """The files that are copied in one go, and those that are not: whichever bound is met first
    ends it, so that no later file is taken before an earlier one."""
    taken: list[Material] = []
    rest = list(files)
    size = 0
    while rest and len(taken) < MOST_FILES and size + rest[0].size <= MOST_BYTES:
        size += rest[0].size
        taken.append(rest.pop(0))
    return taken, rest


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
