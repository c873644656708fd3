"""Changing the words of a kind."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from center.errors import RuleViolation, Violation
from center.models import User
from center.notifications import wording
from center.notifications.kinds import Kind
from center.notifications.models import MessageText, TextPart

LONGEST = {TextPart.SUBJECT: 100, TextPart.SHORT: 500, TextPart.BODY: 5000}


def newest(kind: Kind, language: str) -> dict[TextPart, str]:
    """The staff's words of today, part by part; a part the house itself words is left out."""
    rows = MessageText.objects.filter(kind=kind.key, language=language)
    last = rows.order_by("part", "-version").distinct("part")
    return {TextPart(row.part): row.text for row in last if row.text}


def reworded() -> list[tuple[str, str]]:
    """Kinds and languages in which staff have worded something; one query."""
    last = MessageText.objects.order_by("kind", "part", "language", "-version")
    rows = last.distinct("kind", "part", "language")
    return [(row.kind, row.language) for row in rows if row.text]


@transaction.atomic
def change(*, kind: Kind, language: str, texts: Mapping[TextPart, str], by: User) -> int:
    """Write a new version of every part that is worded differently now; returns how many.

    An empty text is the way back to the house's own words. Raises RuleViolation for a text
    that cannot be read, or with unknown or missing placeholders.
    """
    before = newest(kind, language)
    changed = {p: text for p, text in texts.items() if text != before.get(p, "")}
    found = [v for part, text in changed.items() if text for v in _problems(kind, part, text)]
    if found:
        raise RuleViolation(*found)
    for part, text in changed.items():
        rows = MessageText.objects.filter(kind=kind.key, part=part, language=language)
        last = rows.aggregate(last=Max("version"))["last"] or 0
        rows.create(kind=kind.key, part=part, language=language, version=last + 1, text=text, by=by)
    return len(changed)


def _problems(kind: Kind, part: TextPart, text: str) -> list[Violation]:
    if len(text) > LONGEST[part]:
        said = _("This is longer than %(n)d characters.") % {"n": LONGEST[part]}
        return [Violation("too_long", said, _("Please shorten it."), part)]
    return wording.problems(kind, part, text)
