"""The list of requests to approve, and the decisions on one or many of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from bookings import approvals
from bookings.models import Booking, RejectReason
from bookings.services import decide
from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite, Errand, Line
from center.errors import RuleViolation
from center.line_field import LineField
from center.models import AccessAction
from center.requests import PersonRequest

PAGE = 50

_site = cast("CenterAdminSite", admin.site)


class DecisionForm(forms.Form):
    """``chosen``: requests with the sequence that was seen, as ``17:3``."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
    chosen = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason, if not approved"),
        choices=[("", "–"), *RejectReason.of_staff()],
        required=False,
    )
    text = LineField(
        label=gettext_lazy("In words"),
        help_text=gettext_lazy("The business reads it word for word."),
        max_length=200,
        required=False,
    )
    override = LineField(
        label=gettext_lazy("Reason for approving all the same"),
        help_text=gettext_lazy(
            "Only for businesses that could not book today. Kept with your name."
        ),
        max_length=200,
        required=False,
    )

    def clean_chosen(self) -> dict[int, int]:
        """Sequences by id of the booking."""
        try:
            pairs = [str(item).split(":") for item in self.cleaned_data["chosen"] or []]
            found = {int(pk): int(sequence) for pk, sequence in pairs}
        except ValueError:
            raise ValidationError(_("The list could not be read. Load the page again.")) from None
        if not found:
            raise ValidationError(_("Choose at least one request."))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "reject" and not data.get("reason"):
            self.add_error("reason", _("Choose the reason for which it is not approved."))
        for error in self.errors.pop("chosen", []):  # said of the whole: there is no one field
            self.add_error(None, error)
        return data


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """What waits, oldest promise first; decided by the same address."""
    if request.method != "POST":
        return _list(request, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    done, refused = _decide(request, form)
    if done:
        access.record(request, action=AccessAction.CHANGE, subjects=done)
        messages.success(request, _said(form.cleaned_data["decision"], len(done)))
    if refused:
        for sentence in refused:
            form.add_error(None, sentence)
        return _list(request, form, status=409)
    return redirect(request.get_full_path())


def _decide(request: PersonRequest, form: DecisionForm) -> tuple[list[Booking], list[str]]:
    """What was decided, and a sentence for each that was refused."""
    done, refused, given = [], [], form.cleaned_data
    for booking in Booking.objects.filter(pk__in=given["chosen"]).order_by("pk"):
        seen = given["chosen"][booking.pk]
        try:
            if given["decision"] == "approve":
                decided = decide.approve(
                    booking=booking, by=request.user, seen=seen, override=given["override"]
                )
            else:
                decided = decide.reject(
                    booking=booking,
                    by=request.user,
                    reason=RejectReason(given["reason"]),
                    text=given["text"],
                    seen=seen,
                )
        except RuleViolation as refusal:
            refused += [f"{booking.reference}: {v.sentence}" for v in refusal.violations]
        else:
            done.append(decided)
    return done, refused


def _said(decision: str, n: int) -> str:
    if decision == "approve":
        return ngettext("%(n)d request approved.", "%(n)d requests approved.", n) % {"n": n}
    return ngettext("%(n)d request not approved.", "%(n)d requests not approved.", n) % {"n": n}


def _list(request: PersonRequest, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    wanted, now = approvals.Wanted.of(request.GET.dict()), clock.now()
    paginator = Paginator(approvals.waiting(wanted, now), PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    requests = list(shown.object_list)
    action = AccessAction.SEARCH if wanted.term else AccessAction.VIEW
    access.record(request, action=action, subjects=requests)
    rows = approvals.rows(requests, request.user, now)
    ticked = request.POST.getlist("chosen")
    if wanted.chooses_all and request.method != "POST":
        ticked = [row.seen for row in rows if row.goes_with_all]
    context = {
        "title": _("Approvals"),
        "rows": rows,
        "asks_reason": any(row.needs_a_reason for row in rows),
        "page": shown,
        "counts": approvals.counts(now),
        "wanted": wanted,
        "categories": approvals.CATEGORIES,
        "form": form,
        "chosen": ticked,
    }
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, "admin/approvals/list.html", whole, status=status)


def _errand() -> Iterator[Line]:
    n, address = approvals.counts(clock.now()), reverse("admin:approvals")
    if n["overdue"]:
        said = ngettext(
            "%(n)d booking request is overdue: answer it today.",
            "%(n)d booking requests are overdue: answer them today.",
            n["overdue"],
        )
        yield Line(said % {"n": n["overdue"]}, f"{address}?show=overdue", urgent=True)
    if n["waiting"] > n["overdue"]:  # all of them: so many the list has
        said = ngettext(
            "%(n)d booking request waits for approval.",
            "%(n)d booking requests wait for approval.",
            n["waiting"],
        )
        yield Line(said % {"n": n["waiting"]}, address)


_site.add_page(
    AdminPage(
        address="approvals/",
        name="approvals",
        view=page,
        permission="bookings.change_booking",
        title=gettext_lazy("Approvals"),
    )
)
_site.add_errand(Errand("bookings.change_booking", _errand))
