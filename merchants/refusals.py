"""Every refusal around businesses: its stable code, its sentence, its way out."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from center.errors import Violation


def missing(field: str, label: str) -> Violation:
    return Violation(
        "missing",
        _("%(what)s: not filled in yet.") % {"what": label},
        _("Fill it in on the page of your business."),
        field,
    )


def paper_missing(kind: str, label: str) -> Violation:
    return Violation(
        "paper_missing",
        _("%(paper)s: not handed in yet.") % {"paper": label},
        _("A photo taken with your phone will do."),
        kind,
    )


def paper_incomplete(kind: str, label: str) -> Violation:
    return Violation(
        "paper_incomplete",
        _("%(paper)s: number or validity not entered yet.") % {"paper": label},
        _("You find both on the paper."),
        kind,
    )


def paper_run_out(kind: str, label: str) -> Violation:
    return Violation(
        "paper_run_out",
        _("%(paper)s: no longer valid.") % {"paper": label},
        _("Hand in the new one."),
        kind,
    )


def number_registered() -> Violation:
    return Violation(
        "number_registered",
        _("This business is registered already."),
        _("Ask its owner to let you in; you then book for the same business."),
        "number",
    )


def number_fixed() -> Violation:
    return Violation(
        "number_fixed",
        _("The business registration number of a verified business stays as it is."),
        _("If your number has changed, call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
        "number",
    )


def already_submitted() -> Violation:
    return Violation(
        "already_submitted",
        _("Your registration has been submitted already."),
        _("We let you know as soon as it has been looked at."),
    )


def no_answer_expected() -> Violation:
    return Violation(
        "not_waiting",
        _("This business is not waiting for a decision any more."),
        _("Somebody else may have decided. Look at its page again."),
    )


def changed_meanwhile() -> Violation:
    return Violation(
        "changed_meanwhile",
        _("Something has changed while you were looking."),
        _("Look at the case again; nothing has been decided yet."),
    )


def verified_too_short() -> Violation:
    return Violation(
        "until_past",
        _("The date lies in the past."),
        _("Choose until when the business counts as verified."),
        "until",
    )


def verified_too_long(last: str) -> Violation:
    return Violation(
        "until_too_far",
        _("A business can be verified until %(last)s at most.") % {"last": last},
        _("Choose an earlier day."),
        "until",
    )


def suspended_too_short() -> Violation:
    return Violation(
        "ends_past",
        _("The end of the suspension lies in the past."),
        _("Choose the last day on which the business may not book."),
        "ends",
    )


def reason_needed() -> Violation:
    return Violation(
        "reason_needed",
        _("A business is returned with at least one reason."),
        _("Choose what is to be corrected."),
        "reasons",
    )


def note_needed() -> Violation:
    return Violation(
        "note_needed",
        _("“Another reason” needs a sentence that says which."),
        _("Write what is to be corrected."),
        "note",
    )


def papers_still_missing(labels: Sequence[str]) -> Violation:
    return Violation(
        "papers_missing",
        _("These papers are missing or have run out: %(papers)s.") % {"papers": ", ".join(labels)},
        _("Return the registration and name what is missing."),
    )


def owner_only() -> Violation:
    return Violation(
        "owner_only",
        _("Only the owner of the business can do this."),
        _("Ask the owner."),
    )


def already_member() -> Violation:
    return Violation(
        "already_member",
        _("This person acts for the business already."),
        _("There is nothing left to do."),
        "email",
    )


def already_invited() -> Violation:
    return Violation(
        "already_invited",
        _("This address has been invited already."),
        _(
            "The link in the e-mail works for seven days. To send a new one, withdraw the old first."
        ),
        "email",
    )


def invitation_over() -> Violation:
    return Violation(
        "invitation_over",
        _("This invitation is no longer valid."),
        _("Ask the owner of the business for a new one."),
    )


def other_address() -> Violation:
    return Violation(
        "other_address",
        _("This invitation was sent to another e-mail address."),
        _("Log in with the account of that address, or ask the owner to invite yours."),
    )


def owner_stays() -> Violation:
    return Violation(
        "owner_stays",
        _("A business needs an owner."),
        _("Hand the business over to another member first."),
    )


def owns_business(name: str) -> Violation:
    return Violation(
        "owns_business",
        _("You are the owner of %(name)s, which has other members.") % {"name": name},
        _("Hand the business over to one of them first."),
    )


def not_submitted() -> Violation:
    return Violation(
        "not_submitted",
        _("People can be invited once the registration has been submitted."),
        _("Submit the registration first."),
    )


def too_many_invitations(limit: int) -> Violation:
    return Violation(
        "too_many_invitations",
        _("A business can send up to %(n)d invitations a day.") % {"n": limit},
        _("Send the others tomorrow."),
    )


def invited_lately() -> Violation:
    return Violation(
        "invited_lately",
        _("This address was sent an invitation within the last 24 hours."),
        _("Invite it again tomorrow."),
        "email",
    )


def own_business() -> Violation:
    return Violation(
        "own_business",
        _("You act for this business yourself."),
        _("Ask a colleague to decide."),
    )


def member_gone() -> Violation:
    return Violation(
        "member_gone",
        _("This person no longer acts for the business."),
        _("Choose another member."),
    )


def paper_checked() -> Violation:
    return Violation(
        "paper_checked",
        _("This paper has been checked meanwhile and is kept."),
        _("To renew it, hand in the new one."),
    )


def request_over() -> Violation:
    return Violation(
        "request_over",
        _("This request has been answered already."),
        _("There is nothing left to do."),
    )


def unknown_number() -> Violation:
    return Violation(
        "unknown_number",
        _("No business is registered with this number."),
        _("Check the number, or register the business yourself."),
        "number",
    )


def no_pages() -> Violation:
    return Violation(
        "no_pages",
        _("No file was chosen."),
        _("Choose a photo or a PDF."),
        "uploads",
    )


def too_many_pages(limit: int) -> Violation:
    return Violation(
        "too_many_pages",
        _("A paper can have up to %(n)d files.") % {"n": limit},
        _("Put the pages into one PDF, or hand in only those that are needed."),
        "uploads",
    )
