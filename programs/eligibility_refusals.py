"""Every refusal about who may apply: its stable code, its sentence, its way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import display
from center.errors import Violation


def no_business() -> Violation:
    return Violation(
        "no_business",
        _("Programs are for registered businesses, and none is registered to your account yet."),
        _(
            "Registering takes about three minutes. If the business is registered already, ask its owner to let you in."
        ),
    )


def not_verified() -> Violation:
    return Violation(
        "not_verified",
        _("Your business has not been verified yet, or its papers have run out."),
        _("The page of your business says what is missing and until when we answer."),
    )


def suspended(until: dt.datetime) -> Violation:
    return Violation(
        "suspended",
        _("Your business cannot apply until %(until)s.") % {"until": display.end(until)},
        _("The page of your business says why. It ends by itself; to object, call us at %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def wrong_district(names: Iterable[str], own: str) -> Violation:
    return Violation(
        "district",
        _("This program is for businesses in %(places)s; yours is in %(own)s.")
        % {"places": ", ".join(names), "own": own},
        _("If your business has moved, correct its district on the page of your business."),
    )


def wrong_place(names: Iterable[str], own: str) -> Violation:
    return Violation(
        "district",
        _("This program is for places in %(places)s; you apply for one in %(own)s.")
        % {"places": ", ".join(names), "own": own},
        _("If the district is wrong, choose it again in the form."),
        "district",
    )


def wrong_section(names: Iterable[str], own: str) -> Violation:
    return Violation(
        "section",
        _("This program is for these lines of business: %(sections)s. Yours is: %(own)s.")
        % {"sections": ", ".join(names), "own": own},
        _("If that is wrong, correct it on the page of your business."),
    )


def wrong_kind(names: Iterable[str]) -> Violation:
    return Violation(
        "kind",
        _("This program is for: %(kinds)s.") % {"kinds": ", ".join(names)},
        _("Look among the other programs for one that suits your business."),
    )


def too_young(months: int) -> Violation:
    return Violation(
        "too_young",
        ngettext(
            "This program is for businesses founded at least %(n)d month ago.",
            "This program is for businesses founded at least %(n)d months ago.",
            months,
        )
        % {"n": months},
        _("If the founding date is wrong, correct it on the page of your business."),
    )


def too_old(months: int) -> Violation:
    return Violation(
        "too_old",
        ngettext(
            "This program is for businesses founded at most %(n)d month ago.",
            "This program is for businesses founded at most %(n)d months ago.",
            months,
        )
        % {"n": months},
        _("If the founding date is wrong, correct it on the page of your business."),
    )


def founding_unknown() -> Violation:
    return Violation(
        "founding_unknown",
        _("This program asks for how long you have been in business, which we do not know."),
        _("Enter the founding date on the page of your business."),
    )


def under_review() -> Violation:
    return Violation(
        "under_review",
        _("Our staff are looking at what you changed of your business."),
        _(
            "Apply as soon as that is done; the page of your business says so. If the call closes before, call us at %(phone)s."
        )
        % {"phone": settings.CENTER_PHONE},
    )


def supported_this_year(year: int) -> Violation:
    return Violation(
        "supported_this_year",
        _("Your business already took part in a program of this kind in %(year)d.")
        % {"year": year},
        _("You can apply again for a program of next year, or for one of another kind now."),
    )


def repeat_full(percent: int) -> Violation:
    return Violation(
        "repeat_full",
        _(
            "At most %(n)d %% of the places go to businesses supported before, and these have been given."
        )
        % {"n": percent},
        _("Look among the other programs for one that suits your business."),
    )
