"""Refusals around the directory of partners and joint applications."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.errors import Violation


def not_verified() -> Violation:
    return Violation(
        "not_verified",
        _("The directory is for verified businesses."),
        _("The page of your business says what is missing and until when we answer."),
    )


def not_listed() -> Violation:
    return Violation(
        "not_listed",
        _("To write to others, your business has to be in the directory itself."),
        _("Add your entry first; you can take it out at any time."),
    )


def gone() -> Violation:
    return Violation(
        "partner_gone",
        _("This business is not in the directory any more."),
        _("Look among the others."),
    )


def too_many_letters(limit: int) -> Violation:
    return Violation(
        "too_many_letters",
        ngettext(
            "A business can write to %(n)d other a day, and yours has done so today.",
            "A business can write to %(n)d others a day, and yours has done so today.",
            limit,
        )
        % {"n": limit},
        _("Go on tomorrow."),
    )


def not_joint() -> Violation:
    return Violation(
        "not_joint", _("This program is applied for by one business alone."), field="number"
    )


def handed_in() -> Violation:
    return Violation(
        "joint_locked",
        _("The application has been handed in; who takes part stands since then."),
    )


def no_such_business() -> Violation:
    return Violation(
        "no_such_business",
        _("No verified business has this number."),
        _("It has to register here and be verified before it can be named."),
        field="number",
    )


def own_number() -> Violation:
    return Violation("own_number", _("This is your own business."), field="number")


def named_already() -> Violation:
    return Violation("named_already", _("This business has been named already."), field="number")


def too_many(limit: int) -> Violation:
    return Violation(
        "too_many_partners",
        _("A joint application has room for %(n)d other businesses.") % {"n": limit},
        field="number",
    )


def named_enough(limit: int) -> Violation:
    return Violation(
        "named_enough",
        _("A business can name %(n)d others a day, and yours has done so today.") % {"n": limit},
        _("Go on tomorrow."),
        field="number",
    )


def not_owner() -> Violation:
    return Violation(
        "not_owner",
        _("Only the owner of the business can answer for it."),
        _("Please let the owner know."),
    )


def supported(name: str, year: int) -> Violation:
    return Violation(
        "partner_supported",
        _("%(name)s already got a place in such a program in %(year)d.")
        % {"name": name, "year": year},
        _("Take it out of your application, then hand in."),
    )


def applies_already(name: str) -> Violation:
    return Violation(
        "partner_applies",
        _("%(name)s has part in another application for this program.") % {"name": name},
        _("A business has part in one of them. Take it out of yours, then hand in."),
    )


def not_in_good_standing(name: str) -> Violation:
    return Violation(
        "partner_not_verified",
        _("%(name)s cannot apply for programs at present.") % {"name": name},
        _("Take it out of your application, or ask its owner to look at its page here."),
    )


def takes_part_elsewhere(lead: str) -> Violation:
    return Violation(
        "partner_elsewhere",
        _("Your business has part in the application of %(lead)s for this program.")
        % {"lead": lead},
        _("A business has part in one application of a program."),
    )
