"""Trainings: found by business or person, recorded, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.admin.rendering import desk_page
from bookings.equipment_forms import TrainingForm
from bookings.models import Training
from bookings.services import trainings as services
from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants import business_number
from merchants.models import Membership, MerchantState

PAGE = 50
#: so many people are listed at most; more words find fewer
FOUND = 20


@require_safe
def trainings(request: HttpRequest) -> HttpResponse:
    """Who was trained, newest first; and, for a search, people to record a training for."""
    term = request.GET.get("q", "").strip()[:80]
    people = list(_people(term)[:FOUND]) if term else []
    rows = Training.objects.select_related("user", "merchant", "resource", "recorded_by")
    page = Paginator(rows.filter(_named(term)) if term else rows, PAGE)
    shown = page.get_page(request.GET.get("page"))
    action = AccessAction.SEARCH if term else AccessAction.VIEW
    access.record(request, action=action, subjects=list(shown.object_list))
    found = list(dict.fromkeys(member.merchant for member in people))
    access.record(request, action=action, subjects=found)
    context = {
        "title": _("Trainings"),
        "term": term,
        "people": people,
        "page": shown,
        "today": clock.today(),
    }
    return desk_page(request, "trainings", context)


def _people(term: str) -> QuerySet[Membership]:
    """Members of registered businesses, by business, its number, name or e-mail address."""
    found = Q(merchant__name__icontains=term)
    found |= Q(user__name__icontains=term) | Q(user__email__icontains=term)
    digits = business_number.normalize(term)
    if digits.isascii() and digits.isdigit():
        found |= Q(merchant__number__startswith=digits)
    members = Membership.objects.filter(found, merchant__state__in=MerchantState.registered)
    return members.select_related("user", "merchant").order_by("merchant__name", "user__name")


def _named(term: str) -> Q:
    person = Q(user__name__icontains=term) | Q(user__email__icontains=term)
    return person | Q(merchant__name__icontains=term)


@require_http_methods(["GET", "HEAD", "POST"])
def training_add(request: PersonRequest, member_pk: int) -> HttpResponse:
    """Record a training of one member of a business."""
    member = get_object_or_404(Membership.objects.select_related("user", "merchant"), pk=member_pk)
    form = TrainingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _add_page(request, member, form, 400 if form.is_bound else 200)
    try:
        made = services.record(
            user=member.user, merchant=member.merchant, by=request.user, **_given(form)
        )
    except RuleViolation as refusal:
        for violation in refusal.violations:
            field = violation.field if violation.field in form.fields else None
            form.add_error(field, violation.sentence)
        return _add_page(request, member, form, 409)
    access.record(request, action=AccessAction.CHANGE, subjects=[made])
    messages.success(request, _("The training has been recorded."))
    return redirect("admin:trainings")


def _given(form: TrainingForm) -> dict[str, Any]:
    days = {name: form.cleaned_data[name] for name in ("trained_on", "valid_until")}
    return {**days, **form.scope}


def _add_page(
    request: HttpRequest, member: Membership, form: TrainingForm, status: int
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[member.merchant])
    context = {"title": _("Record a training"), "member": member, "form": form}
    return desk_page(request, "training_add", context, status)


@require_POST
def training_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Take back what was recorded by mistake."""
    training = get_object_or_404(Training.objects.select_related("merchant", "user"), pk=pk)
    try:
        services.revoke(training=training, by=request.user)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    else:
        access.record(request, action=AccessAction.CHANGE, subjects=[training])
        messages.success(request, _("The training has been taken back."))
    return redirect("admin:trainings")
