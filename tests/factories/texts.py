from __future__ import annotations

import datetime as dt
from typing import Any

from center import clock
from center.models import ConsentText

YEAR_2099 = dt.datetime(2099, 1, 1, tzinfo=clock.KST)


def consent_text(kind: str, **fields: Any) -> ConsentText:
    """The next version of a text; far in the future unless told."""
    newest = ConsentText.objects.filter(kind=kind).order_by("version").last()
    values = {
        "kind": kind,
        "version": newest.version + 1 if newest else 1,
        "title_ko": "새 동의",
        "title_en": "New consent",
        "body_ko": "새 내용",
        "body_en": "New words",
        "in_force_from": YEAR_2099,
        **fields,
    }
    return ConsentText.objects.create(**values)
