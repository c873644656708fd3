"""Businesses from a former register: made here, or brought up to date, without their owners.

The rows come in large files, so both acts only prepare the businesses; ``write`` then stores
many at once, inside its caller's transaction and under its locks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from center.models import User
from merchants.models import Merchant, MerchantState, ReturnReason
from merchants.services.verify import latest_until


def is_adoptable(until: dt.date | None, day: dt.date) -> bool:
    """Whether a former verification still counts on ``day``, and reaches no further than one
    made that day could: a slip in a file must not let anybody book for decades."""
    return until is not None and day <= until <= latest_until(day)


def take_over(
    *, entries: Mapping[str, Any], verified_until: dt.date | None, by: User | None, now: dt.datetime
) -> Merchant:
    """A business that is new here, not stored yet.

    ``verified_until`` is that of a former verification to adopt, see ``is_adoptable``;
    ``by`` is who decides on it. Without one the business starts ``returned``: its number is
    taken, it cannot book, and its owner completes and submits it.
    """
    merchant = Merchant(**entries, decided_at=now, decided_by=by)
    if verified_until is not None:
        merchant.state, merchant.verified_until = MerchantState.VERIFIED, verified_until
        return merchant
    merchant.state, merchant.return_reasons = MerchantState.RETURNED, [ReturnReason.OTHER]
    merchant.keeps_number = True
    with translation.override(settings.LANGUAGE_CODE):  # kept, and read by the owner
        merchant.return_note = _(
            "Taken over from a former register. Please check the entries, hand in the papers and submit."
        )
    return merchant


def bring_up_to_date(*, merchant: Merchant, entries: Mapping[str, Any]) -> None:
    """Put what the register says into a business that is here; not stored yet.

    State and verification stay as they are, also where a verified business's entries change
    that papers prove, and no review is asked for: the file is the center's own register,
    brought and answered for by staff, who saw in the trial which rows change what. Thousands
    of reviews at once would hide the cases of people who wait. Whoever has the case open
    decides on a new sight of it.
    """
    for name, value in entries.items():
        setattr(merchant, name, value)
    merchant.revision += 1


def write(*, new: Sequence[Merchant], changed: Sequence[Merchant], fields: Collection[str]) -> None:
    """Store what was prepared: one statement to insert, one to update ``fields``.

    Raises DatabaseError where a row meets another change.
    """
    Merchant.objects.bulk_create(new)
    if changed:
        Merchant.objects.bulk_update(changed, [*sorted(fields), "revision"])
