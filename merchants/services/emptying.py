"""The end of a registration that was never handed in, when its person leaves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from center import clock
from merchants import selectors
from merchants.models import DocumentPage, Merchant
from merchants.services import papers, register
from merchants.services.locking import lock_merchant

#: what names somebody, and what is there instead; the rest only counts in figures
NOBODY: dict[str, Any] = {
    "number": None,
    "representative": "",
    "address": "",
    "phone": "",
    "online_shops": "",
    "founded_on": None,
}


@transaction.atomic
def give_up(*, merchant: Merchant) -> None:
    """Destroy a draft nobody has any longer; where bookings hang on it, its papers and all that
    names the person. Staff neither find it then nor can they give it to somebody else."""
    merchant = lock_merchant(merchant.pk)
    if selectors.unused().filter(pk=merchant.pk).exists():
        register.discard(merchant=merchant)
        return
    papers.destroy_files(DocumentPage.objects.filter(document__merchant=merchant))
    merchant.documents.all().delete()
    merchant.invitations.all().delete()
    for name, nothing in NOBODY.items():
        setattr(merchant, name, nothing)
    with translation.override(settings.LANGUAGE_CODE):  # kept, and read in lists by staff
        merchant.name = _("Visitor who left")
    merchant.emptied_at = clock.now()
    merchant.revision += 1
    merchant.save(update_fields=[*NOBODY, "name", "emptied_at", "revision"])
