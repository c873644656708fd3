"""Files for those who take part in a session: put there by staff, taken away again.

They may come after the session too, which is when most slides are given out.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.papers import store
from merchants.papers.intake import CleanFile
from programs import session_refusals as refusals
from programs.models import Material, Session, SessionState

#: of one session
MOST = 10
#: pages of one PDF: slides of a day
MOST_PAGES = 200


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
