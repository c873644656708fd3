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


def not_owner() -> Violation:
    return Violation(
        "not_owner",
        _("Only the owner of the business can answer for it."),
        _("Please let the owner know."),
    )
