"""Refusals around broadcasts and exhibitions: code, sentence, way out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from center.errors import Violation


def not_taking_part() -> Violation:
    return Violation(
        "not_taking_part",
        _("This business has no place in the program."),
        _("Load the page again to see where it stands."),
    )


def product_unknown() -> Violation:
    return Violation(
        "product_unknown",
        _("A product is not one of this application."),
        _("Load the page again and choose among its products."),
    )


def no_product() -> Violation:
    return Violation("no_product", _("Please choose at least one product."))


def not_begun() -> Violation:
    return Violation(
        "broadcast_not_begun",
        _("Results are entered after the broadcast has begun."),
        _("Plan its time first, or correct it."),
    )


def reason_needed() -> Violation:
    return Violation(
        "reason_needed",
        _("Please say why; the business reads it word for word."),
        field="reason",
    )


def nothing_asked() -> Violation:
    return Violation(
        "nothing_asked",
        _("Nothing is asked for about this product any more."),
        _("Load the page again to see where it stands."),
    )


def number_taken(number: str) -> Violation:
    return Violation(
        "booth_taken",
        _("Booth %(number)s is taken.") % {"number": number},
        _("Choose another booth."),
        field="booth",
    )


def booth_of_another_program() -> Violation:
    return Violation(
        "booth_unknown",
        _("This booth belongs to another program."),
        _("Choose another booth."),
        field="booth",
    )


def numbers_twice(numbers: str) -> Violation:
    return Violation(
        "booth_numbers_twice",
        _("Numbers that are there already: %(numbers)s.") % {"numbers": numbers},
        _("Each booth has a number of its own."),
        field="numbers",
    )


def fee_too_high() -> Violation:
    return Violation("fee_too_high", _("The fee is above the sales."), field="fee")
