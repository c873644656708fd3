"""What a business can be, by kind, by state and at the tax office."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class MerchantKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Sole proprietor")
    CORPORATION = "corporation", _("Corporation")
    PRE_FOUNDER = "pre_founder", _("Founder to be")


class MerchantState(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    SUBMITTED = "submitted", _("Waiting for verification")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned for correction")

    # Named groups of states; nobody lists states inline.
    editable: ClassVar[frozenset[MerchantState]]
    registered: ClassVar[frozenset[MerchantState]]


_S = MerchantState
#: the owner fills in and submits
_S.editable = frozenset({_S.DRAFT, _S.RETURNED})
#: the center knows the business; whose number it is, ``MerchantQuerySet.holders`` says
_S.registered = frozenset(_S) - {_S.DRAFT}

#: the steps the database allows
TRANSITIONS: list[tuple[str, str]] = [
    (_S.DRAFT, _S.SUBMITTED),
    (_S.SUBMITTED, _S.VERIFIED),
    (_S.SUBMITTED, _S.RETURNED),
    (_S.RETURNED, _S.SUBMITTED),
    (_S.VERIFIED, _S.RETURNED),
]


class BusinessStanding(models.TextChoices):
    """What the National Tax Service says of a number; ``unchecked`` while it said nothing."""

    UNCHECKED = "unchecked", _("Not looked up yet")
    ACTIVE = "active", _("In business")
    PAUSED = "paused", _("Closed for a while")
    CLOSED = "closed", _("Closed for good")
    UNREGISTERED = "unregistered", _("Unknown to the tax office")

    flagged: ClassVar[frozenset[BusinessStanding]]


#: staff should look at the business again
BusinessStanding.flagged = frozenset(
    {BusinessStanding.PAUSED, BusinessStanding.CLOSED, BusinessStanding.UNREGISTERED}
)


class ReturnReason(models.TextChoices):
    UNREADABLE = "unreadable", _("A paper cannot be read")
    WRONG_PAPER = "wrong_paper", _("A different paper is needed")
    DIFFERS = "differs", _("Paper and entries differ")
    RUN_OUT = "run_out", _("A paper has run out")
    INCOMPLETE = "incomplete", _("A page is missing")
    CLOSED = "closed", _("The tax office lists the business as closed")
    OTHER = "other", _("Another reason")
