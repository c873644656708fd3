"""Where an application stands, and from where it can get where."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Received")
    SUPPLEMENT = "supplement", _("Something is asked for")
    INELIGIBLE = "ineligible", _("Conditions not met")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("On the reserve list")
    OFFERED = "offered", _("A place is offered")
    DECLINED = "declined", _("Place not taken")
    NOT_SELECTED = "not_selected", _("Not selected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    COMPLETED = "completed", _("Completed")
    NOT_COMPLETED = "not_completed", _("Not completed")

    # Named groups of states; nobody lists states inline.
    editable: ClassVar[frozenset[ApplicationState]]
    handed_in: ClassVar[frozenset[ApplicationState]]
    undecided: ClassVar[frozenset[ApplicationState]]
    placed: ClassVar[frozenset[ApplicationState]]
    taking_part: ClassVar[frozenset[ApplicationState]]
    withdrawable: ClassVar[frozenset[ApplicationState]]
    given_up: ClassVar[frozenset[ApplicationState]]
    counting: ClassVar[frozenset[ApplicationState]]
    judged: ClassVar[frozenset[ApplicationState]]


_S = ApplicationState
#: its owner may change it (a received one until the deadline)
_S.editable = frozenset({_S.DRAFT, _S.SUBMITTED, _S.SUPPLEMENT})
#: the center has it: counted as an application
_S.handed_in = frozenset(_S) - {_S.DRAFT}
#: waits for the house
_S.undecided = frozenset({_S.SUBMITTED, _S.SUPPLEMENT})
#: has one of the program's places; exactly these have a place number
_S.placed = frozenset({_S.SELECTED, _S.OFFERED, _S.COMPLETED, _S.NOT_COMPLETED})
#: took the place it got
_S.taking_part = _S.placed - {_S.OFFERED}
#: its owner may withdraw it
_S.withdrawable = frozenset({_S.SUBMITTED, _S.SUPPLEMENT, _S.SELECTED, _S.RESERVE, _S.OFFERED})
#: ended by its owner; the business may apply anew while the call is open
_S.given_up = frozenset({_S.DECLINED, _S.WITHDRAWN})
#: handed in and not given up: the one application a business has part in
_S.counting = _S.handed_in - _S.given_up
#: whether it completed its program has been said
_S.judged = frozenset({_S.COMPLETED, _S.NOT_COMPLETED})

TRANSITIONS: list[tuple[str, str]] = [
    (_S.DRAFT, _S.SUBMITTED),
    (_S.DRAFT, _S.SELECTED),  # first come
    (_S.DRAFT, _S.RESERVE),
    (_S.SUBMITTED, _S.SUPPLEMENT),
    (_S.SUPPLEMENT, _S.SUBMITTED),
    (_S.SUBMITTED, _S.INELIGIBLE),
    (_S.SUPPLEMENT, _S.INELIGIBLE),
    (_S.INELIGIBLE, _S.SUBMITTED),  # looked at again
    (_S.SELECTED, _S.INELIGIBLE),  # first come: looked at after the place was given
    (_S.RESERVE, _S.INELIGIBLE),
    (_S.OFFERED, _S.INELIGIBLE),
    (_S.INELIGIBLE, _S.SELECTED),  # and looked at again
    (_S.INELIGIBLE, _S.RESERVE),
    (_S.SUBMITTED, _S.SELECTED),
    (_S.SUBMITTED, _S.RESERVE),
    (_S.SUBMITTED, _S.NOT_SELECTED),
    (_S.RESERVE, _S.OFFERED),
    (_S.RESERVE, _S.NOT_SELECTED),
    (_S.OFFERED, _S.SELECTED),
    (_S.OFFERED, _S.DECLINED),
    (_S.SUBMITTED, _S.WITHDRAWN),
    (_S.SUPPLEMENT, _S.WITHDRAWN),
    (_S.SELECTED, _S.WITHDRAWN),
    (_S.RESERVE, _S.WITHDRAWN),
    (_S.OFFERED, _S.WITHDRAWN),
    (_S.SELECTED, _S.COMPLETED),
    (_S.SELECTED, _S.NOT_COMPLETED),
    (_S.COMPLETED, _S.NOT_COMPLETED),  # attendance corrected
    (_S.NOT_COMPLETED, _S.COMPLETED),
]
