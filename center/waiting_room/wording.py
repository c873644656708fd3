"""How long it takes, in words: rounded up, because a promise of minutes is kept to the minute."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_HOUR = 60


def in_words(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return _("less than a minute")
    if minutes > _HOUR:
        return _("more than an hour")
    if minutes > 10:
        minutes = math.ceil(minutes / 5) * 5
    return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
