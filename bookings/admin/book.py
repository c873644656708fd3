"""Booking for a business that calls or stands at the counter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bookings import proxy
from bookings.models import Booking, BookingSource, Resource
from bookings.policies import may_be_set_aside
from bookings.services import on_behalf
from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite, Errand
from center.errors import RuleViolation, Violation
from center.line_field import LineField
from center.models import AccessAction
from center.requests import PersonRequest
from merchants.forms import NumberField, PhoneField, put_on
from merchants.models import Merchant
from merchants.services import register

_SOURCES = [
    choice for choice in BookingSource.choices if BookingSource(choice[0]) in on_behalf.SOURCES
]

_site = cast("CenterAdminSite", admin.site)


class _TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class BookForm(forms.Form):
    """The use itself; business, space and day are in the address."""

    source = forms.ChoiceField(
        label=gettext_lazy("How it came"), choices=_SOURCES, widget=forms.RadioSelect
    )
    start = forms.TimeField(label=gettext_lazy("From"), widget=_TimeInput)
    end = forms.TimeField(label=gettext_lazy("Until"), widget=_TimeInput)
    headcount = forms.IntegerField(
        label=gettext_lazy("How many people will come?"), min_value=1, max_value=500, initial=1
    )
    purpose = LineField(label=gettext_lazy("What for"), max_length=200)
    user_name = LineField(label=gettext_lazy("Who comes"), max_length=60, required=False)
    equipment = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Equipment to borrow"),
        queryset=Resource.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    set_aside = forms.BooleanField(
        label=gettext_lazy("Set the rules aside for this booking"), required=False
    )
    reason = LineField(
        label=gettext_lazy("Reason for setting them aside"),
        help_text=gettext_lazy("It is kept with the booking and your name."),
        max_length=200,
        required=False,
    )

    def __init__(self, space: Resource, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lent = Resource.objects.active().equipment().filter(used_in=space)
        self.fields["equipment"].queryset = lent  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and not start < end:
            self.add_error("end", _("The end is not after the start."))
        if data.get("set_aside") and not data.get("reason"):
            self.add_error("reason", _("Say why the rules are set aside."))
        return data


class VisitorForm(forms.Form):
    """As little as a visitor can be booked with."""

    name = LineField(label=gettext_lazy("Name of the shop"), max_length=80)
    phone = PhoneField(label=gettext_lazy("Telephone"))
    number = NumberField(label=gettext_lazy("Business registration number"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Find the business, choose space and day, then book."""
    choice = proxy.Choice.of(request.GET.dict())
    if request.method != "POST":
        return _page(request, choice)
    if choice.merchant is None or choice.space is None:
        return _page(request, choice, status=400)
    form = BookForm(choice.space, request.POST)
    if not form.is_valid():
        return _page(request, choice, form, status=400)
    try:
        made = _book(request, choice.merchant, choice.space, choice.day, form.cleaned_data)
    except RuleViolation as refusal:
        return _page(request, choice, form, refusal.violations, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[made])
    messages.success(request, _("Booked: %(number)s.") % {"number": made.reference})
    seen_at = reverse("admin:schedule_booking", args=[made.reference])
    return redirect(f"{seen_at}?{urlencode({'day': choice.day.isoformat()})}")


@require_POST
def visitor(request: PersonRequest) -> HttpResponse:
    """Register somebody who has come for the first time, then go on to book."""
    form = VisitorForm(request.POST, prefix="visitor")
    if form.is_valid():
        try:
            made = register.register_visitor(**form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            access.record(request, action=AccessAction.CHANGE, subjects=[made])
            return redirect(f"{reverse('admin:book')}?{urlencode({'business': made.pk})}")
    return _page(request, proxy.Choice.of({}), visitor_form=form, status=400)


def _book(
    request: PersonRequest, merchant: Merchant, space: Resource, day: dt.date, given: dict[str, Any]
) -> Booking:
    return on_behalf.book(
        by=request.user,
        merchant=merchant,
        resource=space,
        starts=clock.at(day, given["start"]),
        ends=clock.at(day, given["end"]),
        source=BookingSource(given["source"]),
        purpose=given["purpose"],
        headcount=given["headcount"],
        equipment=list(given["equipment"]),
        user_name=given["user_name"],
        override=given["reason"] if given["set_aside"] else "",
    )


def _page(
    request: PersonRequest,
    choice: proxy.Choice,
    form: BookForm | None = None,
    violations: tuple[Violation, ...] = (),
    *,
    visitor_form: VisitorForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = proxy.businesses(choice)
    access.record(request, action=AccessAction.SEARCH, subjects=found)
    if choice.merchant:
        access.record(request, action=AccessAction.VIEW, subjects=[choice.merchant])
    if form is None and choice.merchant and choice.space:
        form = BookForm(choice.space, initial=_proposed(request))
    walk_in = bool(form and form.data.get("source") == BookingSource.WALK_IN)
    context = {
        "title": _("Book for a business"),
        "choice": choice,
        "found": found,
        "spaces": Resource.objects.active().spaces(),
        "times": proxy.times(choice.space, choice.day) if choice.space else [],
        "form": form,
        "violations": violations,
        "can_be_set_aside": all(may_be_set_aside(v.code, walk_in=walk_in) for v in violations),
        "visitor_form": visitor_form or VisitorForm(prefix="visitor"),
    }
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, "admin/book/page.html", whole, status=status)


def _proposed(request: PersonRequest) -> dict[str, str]:
    """A time touched in the list, into the form."""
    asked = {name: request.GET.get(name, "")[:5] for name in ("start", "end", "source")}
    return {"source": BookingSource.PHONE, **{k: v for k, v in asked.items() if v}}


def _visitors() -> Iterator[tuple[str, str]]:
    """Visitors of whom papers and the rest are still to be asked."""
    if n := Merchant.objects.visitors().count():
        said = ngettext(
            "%(n)d visitor registered at the counter is to be completed.",
            "%(n)d visitors registered at the counter are to be completed.",
            n,
        )
        yield said % {"n": n}, f"{reverse('admin:book')}?show=visitors"


for _address, _name, _view, _title in (
    ("book/", "book", page, gettext_lazy("Book for a business")),
    ("book/visitor/", "book_visitor", visitor, ""),
):
    _site.add_page(
        AdminPage(
            address=_address,
            name=_name,
            view=_view,
            permission="bookings.change_booking",
            title=_title,
        )
    )
_site.add_errand(Errand("bookings.change_booking", _visitors))
