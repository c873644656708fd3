"""The queue of verification and its cases."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants import business_status, cases
from merchants import queue as waiting
from merchants.admin.decisions import DECISIONS, DecisionForm, blank_forms
from merchants.models import Merchant

PAGE = 50
#: so many requests to join a business without an owner stand above the queue
REQUESTS = 10


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first."""
    wanted, now = waiting.Wanted.of(request.GET.dict()), clock.now()
    page = Paginator(waiting.queue(wanted, now), PAGE).get_page(request.GET.get("page"))
    businesses = list(page.object_list)
    requests, asking = waiting.unanswered(REQUESTS)
    action = AccessAction.SEARCH if wanted.term else AccessAction.VIEW
    shown = dict.fromkeys([*businesses, *(asked.merchant for asked in requests)])
    access.record(request, action=action, subjects=list(shown))
    context = {
        "title": _("Verifications"),
        "rows": [waiting.row(merchant, now) for merchant in businesses],
        "page": page,
        "counts": waiting.counts(now),
        "requests": requests,
        "asking": asking,
        "wanted": wanted,
        "query": _query(wanted),
    }
    return _render(request, "queue", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """Papers and entries side by side, what was found, and the decision."""
    merchant = get_object_or_404(Merchant.objects.registered(), pk=pk)
    return _decide(request, merchant) if request.method == "POST" else _case_page(request, merchant)


def _decide(request: PersonRequest, merchant: Merchant) -> HttpResponse:
    decision = DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        raise BadRequest
    form = decision.form(request.POST, auto_id=decision.auto_id)
    if not form.is_valid():
        return _case_page(request, merchant, form, status=400)
    order = waiting.order_of(_wanted(request))
    try:
        done = decision.carry_out(merchant, form.cleaned_data, request.user)
    except RuleViolation as refusal:
        return _refused(request, merchant, form, refusal)
    access.record(request, action=AccessAction.CHANGE, subjects=[merchant], what=done)
    return _onwards(request, merchant, done, order)


def _onwards(
    request: PersonRequest, merchant: Merchant, done: str, order: list[int]
) -> HttpResponse:
    """To the next case, saying there what was done; a case still to be decided stays."""
    left = waiting.order_of(_wanted(request))
    stays = merchant.pk in left
    target = merchant.pk if stays else waiting.following(order, merchant.pk, left)
    context = {"merchant": merchant, "done": done, "link": None if stays else _address(merchant.pk)}
    messages.success(request, render_to_string("admin/verifications/_done.html", context))
    query = _query(_wanted(request))
    if target is None:
        return redirect(f"{reverse('admin:verifications')}{query}")
    return redirect(f"{_address(target)}{query}")


def _refused(
    request: PersonRequest, merchant: Merchant, form: DecisionForm, refusal: RuleViolation
) -> HttpResponse:
    """The case as it is now, with what was typed and what changed meanwhile."""
    for violation in refusal.violations:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, f"{violation.message} {violation.remedy}")
    fresh = Merchant.objects.get(pk=merchant.pk)
    seen = form.cleaned_data["revision"]
    changed = cases.changed_since(fresh, seen) if fresh.revision != seen else None
    form.show_again(fresh.revision)
    return _case_page(request, fresh, form, status=409, changed=changed)


def _case_page(
    request: PersonRequest,
    merchant: Merchant,
    form: DecisionForm | None = None,
    *,
    status: int = 200,
    changed: list[str] | None = None,
) -> HttpResponse:
    found = cases.case_of(merchant, request.user)
    papers = [view.paper for view in found.papers]
    what = " ".join([request.path, *(paper.kind.name for paper in papers)])
    access.record(request, action=AccessAction.VIEW, subjects=[merchant], what=what)
    context = {
        "title": merchant.name,
        "case": found,
        "merchant": merchant,
        "changed": changed,
        "sent": form,
        "can_look_up": bool(merchant.number) and business_status.is_on(),
        **_place(request, merchant),
        **blank_forms(merchant, papers, form),
    }
    return _render(request, "case", context, status)


def _place(request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    """Where the case stands in what is filtered, and its neighbours there."""
    wanted = _wanted(request)
    order = waiting.order_of(wanted)
    before, after = waiting.beside(order, merchant.pk)
    place = order.index(merchant.pk) + 1 if merchant.pk in order else None
    return {
        "place": place,
        "total": len(order),
        "before": before,
        "after": after,
        "query": _query(wanted),
    }


def _wanted(request: HttpRequest) -> waiting.Wanted:
    return waiting.Wanted.of(request.GET.dict())


def _query(wanted: waiting.Wanted) -> str:
    """What is filtered and searched, carried from case to case."""
    asked = {"show": wanted.show if wanted.show != waiting.Show.ALL else "", "q": wanted.term}
    filled = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(filled)}" if filled else ""


def _address(pk: int) -> str:
    return reverse("admin:verification", args=[pk])


def _render(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/verifications/{name}.html", whole, status=status)
