"""Files for those who take part in a session: put there by staff, taken away again.

They may come after the session too, which is when most slides are given out. Several are put
there one after another, so those who take part are told of all of them once nothing more has
come for a while; that they are still to be told stands in the rows.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import groupby

from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.papers import store
from merchants.papers.intake import CleanFile
from programs import messages
from programs import session_refusals as refusals
from programs.locking import lock_program
from programs.models import Material, Session, SessionState

#: of one session
MOST = 10
#: pages of one PDF: slides of a day
MOST_PAGES = 200
#: without another file, until those who take part are told
QUIET = dt.timedelta(minutes=10)


@transaction.atomic
def add(*, session: Session, file: CleanFile, by: User) -> Material:
    """Give a file to those who take part; the very same twice gives the one there is.

    Raises RuleViolation ``session_called_off``, ``too_many_materials``, or where nothing can
    be kept those of ``store.save``.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    there = session.files.there()
    if session.state == SessionState.CANCELLED:
        raise RuleViolation(refusals.session_called_off())
    if (same := there.filter(sha256=file.sha256).first()) is not None:
        return same
    if there.count() >= MOST:
        raise RuleViolation(refusals.too_many_materials(MOST))
    stored = store.save(file.content)
    return Material.objects.create(
        session=session,
        stored_name=stored.name,
        key_id=stored.key_id,
        content_type=file.content_type,
        size=len(file.content),
        sha256=file.sha256,
        name=file.name,
        added_by=by,
    )


@transaction.atomic
def remove(*, material: Material) -> None:
    """Take a file away for good. Twice changes nothing."""
    # The lock its change of keys takes too, so that the name is the one it has now.
    row = Material.objects.select_for_update(no_key=True).get(pk=material.pk)
    if row.stored_name is None:
        return
    transaction.on_commit(partial(store.delete, row.stored_name), robust=True)
    row.stored_name, row.removed_at = None, clock.now()
    row.save(update_fields=["stored_name", "removed_at"])


def content_of(material: Material) -> bytes:
    """The decrypted file. Raises PaperLost or PaperUnreadable (see ``papers.store``)."""
    if material.stored_name is None:
        raise store.PaperLost(f"the material {material.public_id} was taken away")
    return store.load(material.stored_name, key_id=material.key_id)


def tell_due(*, now: dt.datetime) -> int:
    """Write to those who take part of what was put there and nothing has followed; returns of
    how many files. Safe to run twice and side by side: each program is locked."""
    programs = Material.objects.untold().values_list("session__program", flat=True)
    return sum(_tell(pk, now) for pk in sorted(set(programs)))


@transaction.atomic
def _tell(program_id: int, now: dt.datetime) -> int:
    """One message for what all of a program are given, and one for each application that has
    sessions of its own. Where nobody takes part yet it waits for the first who does."""
    lock_program(program_id)
    rows = Material.objects.untold().filter(session__program=program_id)
    found = rows.select_related("session__program").order_by("session__application_id", "pk")
    told: list[int] = []
    for _own, group in groupby(found, key=lambda row: row.session.application_id):
        files = list(group)
        if files[-1].added_at <= now - QUIET and messages.materials.given_out(files):
            told += [row.pk for row in files]
    return Material.objects.filter(pk__in=told).update(told_at=now)
