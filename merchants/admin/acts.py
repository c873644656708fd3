"""What staff do for a business from its page: each asked once more, done by a service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import access, display
from center.errors import RuleViolation
from center.models import AccessAction, User
from center.requests import PersonRequest
from merchants.models import JoinRequest, Membership, Merchant, Suspension
from merchants.services import members, suspend


@dataclass(frozen=True)
class Answer:
    """A button of the question: its label, what it does, and what is said afterwards."""

    label: str
    carry_out: Callable[[], object]
    done: str
    style: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked before something changes, with its answers by name."""

    merchant: Merchant
    title: str
    text: str
    answers: dict[str, Answer]
    note: str = ""


@permission_required("merchants.change_membership", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def request_to_join(request: PersonRequest, pk: int, request_pk: int) -> HttpResponse:
    """Let somebody in, or not, for an owner who cannot be reached."""
    asked = get_object_or_404(
        JoinRequest.objects.select_related("merchant", "user"), merchant_id=pk, pk=request_pk
    )

    person = {"person": asked.user, "email": asked.user.email}
    question = Question(
        merchant=asked.merchant,
        title=_("Request to join"),
        text=_(
            "%(person)s (%(email)s) asks to act for this business. Let in only with the consent of its owner."
        )
        % person
        if asked.merchant.has_owner
        else _(
            "%(person)s (%(email)s) asks to act for this business, which has no owner. Whoever is let in first becomes its owner: make sure that it is theirs."
        )
        % person,
        note=asked.note,
        answers=_answers(asked, request.user),
    )
    return _ask(request, question)


def _answers(asked: JoinRequest, by: User) -> dict[str, Answer]:
    def answer(accepted: bool) -> Callable[[], object]:
        return lambda: members.answer(request=asked, by=by, accepted=accepted, by_staff=True)

    let_in = _("%(person)s now acts for the business.") % {"person": asked.user}
    return {
        "accept": Answer(_("Let in"), answer(accepted=True), let_in),
        "decline": Answer(
            _("Decline"), answer(accepted=False), _("The request has been declined."), "danger"
        ),
    }


@permission_required("merchants.change_membership", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new_owner(request: PersonRequest, pk: int, member_pk: int) -> HttpResponse:
    """Hand the business over to another of its members."""
    heir = get_object_or_404(
        Membership.objects.select_related("merchant", "user"),
        merchant_id=pk,
        pk=member_pk,
        role=Membership.Role.MEMBER,
    )
    person = {"person": heir.user, "email": heir.user.email}
    question = Question(
        merchant=heir.merchant,
        title=_("Hand over the business"),
        text=_("%(person)s (%(email)s) becomes the owner; the owner until now stays a member.")
        % person,
        answers={
            "hand_over": Answer(
                _("Hand over"),
                lambda: members.hand_over(
                    merchant=heir.merchant, to=heir, by=request.user, by_staff=True
                ),
                _("%(person)s is the owner now.") % person,
            )
        },
    )
    return _ask(request, question)


@permission_required("merchants.verify_merchant", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: PersonRequest, pk: int, suspension_pk: int) -> HttpResponse:
    """End a suspension before its time."""
    suspension = get_object_or_404(
        Suspension.objects.select_related("merchant"), merchant_id=pk, pk=suspension_pk
    )
    until = {"moment": display.end(suspension.ends), "reason": suspension.reason}
    question = Question(
        merchant=suspension.merchant,
        title=_("Lift the suspension"),
        text=_(
            "Suspended until %(moment)s: %(reason)s. Once lifted, the business can book at once."
        )
        % until,
        answers={
            "lift": Answer(
                _("Lift"),
                lambda: suspend.lift_suspension(suspension=suspension, by=request.user),
                _("The suspension has been lifted."),
            )
        },
    )
    return _ask(request, question)


#: address below the admin's list of businesses and view, by name
ADDRESSES: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "request": ("<int:pk>/requests/<int:request_pk>/", request_to_join),
    "owner": ("<int:pk>/owner/<int:member_pk>/", new_owner),
    "lift": ("<int:pk>/suspensions/<int:suspension_pk>/lift/", lift),
}


def _in_words(refusal: RuleViolation) -> str:
    """What stands against it, and what to do next."""
    sentences = [(row.message, row.remedy) for row in refusal.violations]
    return " ".join(part for pair in sentences for part in pair if part)


def _ask(request: HttpRequest, question: Question) -> HttpResponse:
    """The question as a page, or what its answer does."""
    merchant = question.merchant
    if request.method != "POST":
        access.record(request, action=AccessAction.VIEW, subjects=[merchant])
        context = {
            **admin.site.each_context(request),
            "is_nav_sidebar_enabled": False,
            "title": question.title,
            "question": question,
        }
        return render(request, "admin/merchants/question.html", context)
    answer = question.answers.get(request.POST.get("answer", ""))
    if answer is None:
        raise BadRequest
    try:
        answer.carry_out()
    except RuleViolation as refusal:
        messages.warning(request, _in_words(refusal))
    else:
        access.record(request, action=AccessAction.CHANGE, subjects=[merchant], what=answer.done)
        messages.success(request, answer.done)
    return redirect(reverse("admin:merchants_merchant_change", args=[merchant.pk]))
