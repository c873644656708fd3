"""The directory of partners, for verified businesses only."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import partner_pages, partner_refusals
from programs.forms.partners import LetterForm, PartnerForm
from programs.models import Partner
from programs.services import partners

PAGE = 30


@login_required
@require_safe
def partner_list(request: PersonRequest) -> HttpResponse:
    """Who is in it, by district; one's own entry above."""
    merchant = partner_pages.verified_business(request.user)
    if merchant is None:
        return _refused(request)
    district = request.GET.get("district", "")
    rows = partner_pages.directory(without=merchant, district=district)
    own = Partner.objects.filter(merchant=merchant, joined_at__isnull=False).first()
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "own": own,
        "districts": partner_pages.districts(without=merchant),
        "district": district,
    }
    return render(request, "partners/list.html", context)


def _refused(request: PersonRequest) -> HttpResponse:
    context = {"violation": partner_refusals.not_verified()}
    return render(request, "partners/refused.html", context, status=403)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partner_mine(request: PersonRequest) -> HttpResponse:
    """One's own entry: put in or changed."""
    merchant = partner_pages.verified_business(request.user)
    if merchant is None:
        return _refused(request)
    own = Partner.objects.filter(merchant=merchant, joined_at__isnull=False).first()
    initial = {"offers": own.offers, "looks_for": own.looks_for} if own else {}
    form = PartnerForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("offers", "looks_for")}
        partners.join(merchant=merchant, by=request.user, **words)
        messages.success(request, _("Your entry is in the directory. You can take it out here."))
        return redirect("partner_list")
    status = 400 if form.is_bound else 200
    context = {"form": form, "own": own, "merchant": merchant}
    return render(request, "partners/mine.html", context, status=status)


@login_required
@require_POST
def partner_leave(request: PersonRequest) -> HttpResponse:
    """Take one's entry out."""
    merchant = partner_pages.verified_business(request.user)
    if merchant is None:
        return _refused(request)
    partners.leave(merchant=merchant)
    messages.success(request, _("Your entry is out of the directory; its words are gone."))
    return redirect("partner_list")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partner_write(request: PersonRequest, pk: int) -> HttpResponse:
    """Write to one of them; it goes as a message of the portal."""
    merchant = partner_pages.verified_business(request.user)
    if merchant is None:
        return _refused(request)
    partner = partner_pages.partner_for(merchant, pk)
    form = LetterForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            partners.write(sender=merchant, partner=partner, text=text, by=request.user)
        except RuleViolation as refusal:
            put_on(form, refusal)
            status = 409
        else:
            messages.success(request, _("Your words have been sent as a message."))
            return redirect("partner_list")
    context = {"form": form, "partner": partner}
    return render(request, "partners/write.html", context, status=status)
