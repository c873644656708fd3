"""What becomes of a visitor registered at the counter: the person completes it, or it belongs
to a business that is registered already."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bookings import proxy
from bookings.services import visitors as joining
from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants.forms import put_on
from merchants.models import Merchant
from merchants.queue import found_by
from merchants.services import visitors

_site = cast("CenterAdminSite", admin.site)


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the person"),
        help_text=gettext_lazy("Read it back before you send: the link opens the registration."),
    )


class JoinForm(forms.Form):
    """The business is chosen among those shown; whether it may be is for the service."""

    business = forms.ChoiceField(label=gettext_lazy("Business"), widget=forms.RadioSelect)

    def __init__(self, offered: list[Merchant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(row.pk): row for row in offered}
        business = cast("forms.ChoiceField", self.fields["business"])
        business.choices = [(pk, _named(row)) for pk, row in self.offered.items()]

    def clean_business(self) -> Merchant:
        return self.offered[self.cleaned_data["business"]]


def _named(merchant: Merchant) -> str:
    parts = (merchant.name, merchant.display_number, merchant.representative, merchant.phone)
    return " · ".join(part for part in parts if part)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the link with which the person completes the registration."""
    visitor = get_object_or_404(Merchant.objects.visitors(), pk=pk)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            visitors.invite(visitor=visitor, by=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            access.record(request, action=AccessAction.CHANGE, subjects=[visitor])
            messages.success(request, _("The link has been sent."))
            return redirect("admin:visitor", visitor.pk)
    return _page(request, visitor, form)


@require_POST
def join(request: PersonRequest, pk: int) -> HttpResponse:
    """Put the visitor's bookings down to a business that is registered already."""
    visitor = get_object_or_404(Merchant.objects.visitors(), pk=pk)
    form = JoinForm(_offered(visitor, request.POST.get("q", "")), request.POST)
    if form.is_valid():
        merchant = form.cleaned_data["business"]
        try:
            moved = joining.join(visitor=visitor, merchant=merchant, by=request.user)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            access.record(request, action=AccessAction.CHANGE, subjects=[merchant])
            messages.success(request, _joined(merchant, moved))
            return redirect("admin:merchants_merchant_change", merchant.pk)
    return _page(request, visitor, InviteForm(), form)


def _joined(merchant: Merchant, moved: int) -> str:
    said = ngettext(
        "%(n)d booking now belongs to %(business)s.",
        "%(n)d bookings now belong to %(business)s.",
        moved,
    )
    return said % {"n": moved, "business": merchant.name}


def _offered(visitor: Merchant, term: str) -> list[Merchant]:
    """Registered businesses that fit the search, else those that look like the visitor. 1 query."""
    like = Q(phone=visitor.phone) | Q(name=visitor.name)
    if visitor.number:
        like |= Q(number=visitor.number)
    if term := term.strip()[:80]:
        like = found_by(term)
    return list(Merchant.objects.registered().filter(like).order_by("name", "pk")[: proxy.FOUND])


def _page(
    request: PersonRequest, visitor: Merchant, form: InviteForm, join_form: JoinForm | None = None
) -> HttpResponse:
    term = request.POST.get("q", "") or request.GET.get("q", "")
    offered = _offered(visitor, term)
    access.record(request, action=AccessAction.VIEW, subjects=[visitor, *offered])
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Visitor: %(name)s") % {"name": visitor.name},
        "visitor": visitor,
        "invited": visitor.invitations.open(clock.now()).first(),
        "form": form,
        "join_form": join_form or JoinForm(offered),
        "offered": offered,
        "term": term.strip()[:80],
    }
    is_wrong = form.is_bound or (join_form is not None)
    return render(request, "admin/book/visitor.html", context, status=400 if is_wrong else 200)


for _address, _name, _view in (
    ("visitors/<int:pk>/", "visitor", page),
    ("visitors/<int:pk>/join/", "visitor_join", join),
):
    _site.add_page(
        AdminPage(address=_address, name=_name, view=_view, permission="bookings.change_booking")
    )
