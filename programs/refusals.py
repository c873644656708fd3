"""Every refusal around applications and places: its stable code, its sentence, its way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import clock, display
from center.errors import Violation


def _call_us() -> str:
    return _("Please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE}


# When, and whether there is room ------------------------------------------------------------


def not_open_yet(opens: dt.datetime) -> Violation:
    return Violation(
        "not_open_yet",
        _("Applications are taken from %(moment)s.") % {"moment": display.moment(opens)},
        _("Please come back then."),
    )


def closed(closed_at: dt.datetime) -> Violation:
    return Violation(
        "closed",
        _("Applications were taken until %(moment)s.") % {"moment": display.end(closed_at)},
        _("What you typed is kept. Look among the other programs, or call us at %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def called_off() -> Violation:
    return Violation(
        "called_off",
        _("This program has been called off."),
        _("Look among the other programs for one that suits your business."),
    )


def full(quota: int, reserve: int) -> Violation:
    return Violation(
        "full",
        _("All %(quota)d places and the %(reserve)d of the reserve list are taken.")
        % {"quota": quota, "reserve": reserve}
        if reserve
        else ngettext("The one place is taken.", "All %(quota)d places are taken.", quota)
        % {"quota": quota},
        _("Look among the other programs, or ask us about the next round at %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def busy() -> Violation:
    return Violation(
        "busy",
        _("Very many people are applying at this moment, and yours did not get through."),
        _("What you typed is kept. Please send it again."),
    )


# The application ----------------------------------------------------------------------------


def already_applied(receipt: str) -> Violation:
    return Violation(
        "already_applied",
        _("Your business has applied already, with the receipt number %(receipt)s.")
        % {"receipt": receipt},
        _("You find it among your applications."),
    )


def not_editable(state: str) -> Violation:
    return Violation(
        "not_editable",
        _("This application cannot be changed any more. It stands at: %(state)s.")
        % {"state": state},
        _call_us(),
    )


def supplement_over(until: dt.datetime) -> Violation:
    return Violation(
        "supplement_over",
        _("What was asked for could be answered until %(moment)s.")
        % {"moment": display.end(until)},
        _call_us(),
    )


def papers_missing(names: Iterable[str]) -> Violation:
    return Violation(
        "papers_missing",
        _("These papers are missing or have run out: %(papers)s.") % {"papers": ", ".join(names)},
        _("Hand them in on the page of your papers; what you typed here is kept."),
    )


def no_products() -> Violation:
    return Violation(
        "no_products",
        _("This program asks for at least one product."),
        _("Add a product below."),
    )


def too_many_products(limit: int) -> Violation:
    return Violation(
        "too_many_products",
        ngettext(
            "An application has room for %(n)d product.",
            "An application has room for %(n)d products.",
            limit,
        )
        % {"n": limit},
        _("Choose the ones that sell best."),
    )


def last_product() -> Violation:
    return Violation(
        "last_product",
        _("This is the only product that has been handed in."),
        _("Add and hand in another one first, or withdraw the application."),
    )


def too_many_files(limit: int) -> Violation:
    return Violation(
        "too_many_files",
        ngettext("There is room for %(n)d file here.", "There is room for %(n)d files here.", limit)
        % {"n": limit},
        _("Take one back first."),
    )


def not_withdrawable(state: str) -> Violation:
    return Violation(
        "not_withdrawable",
        _("This application cannot be withdrawn any more. It stands at: %(state)s.")
        % {"state": state},
        _call_us(),
    )


def place_used(session: str, starts: dt.datetime) -> Violation:
    return Violation(
        "place_used",
        _("Your part in it has begun: %(session)s, %(moment)s. It cannot be withdrawn any more.")
        % {"session": session, "moment": display.moment(starts)},
        _("If you cannot come any more, please tell us: %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


# Offers of places that became free ----------------------------------------------------------


def offer_over(until: dt.datetime | None) -> Violation:
    moment = display.moment(until) if until else display.moment(clock.now())
    return Violation(
        "offer_over",
        _("The place was offered to you until %(moment)s and has gone to the next in line.")
        % {"moment": moment},
        _("Look among the other programs, or ask us about the next round at %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def acts_no_more() -> Violation:
    return Violation(
        "acts_no_more",
        _("You do not act for this business any more."),
        _("Its owner has been offered the place, too, and can answer."),
    )


def not_offered() -> Violation:
    return Violation(
        "not_offered",
        _("No place is offered to you at the moment."),
        _("Your application says how it stands."),
    )


def changed_meanwhile() -> Violation:
    return Violation(
        "changed_meanwhile",
        _("Somebody changed this application since you opened it."),
        _("Look at it as it is now, then decide."),
    )
