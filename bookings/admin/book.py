"""Booking for a business that calls or stands at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bookings import proxy
from bookings.admin.book_forms import BookForm, VisitorForm
from bookings.lenience import may_be_set_aside
from bookings.models import Booking, BookingSource, Resource
from bookings.services import on_behalf
from center import access
from center.admin_site import AdminPage, CenterAdminSite, Errand
from center.errors import RuleViolation, Violation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants.forms import put_on
from merchants.models import Merchant
from merchants.services import register

_site = cast("CenterAdminSite", admin.site)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Find the business, choose space and day, then book."""
    choice = proxy.Choice.of({**request.GET.dict(), **request.POST.dict()})
    if request.method != "POST":
        return _page(request, choice)
    if choice.merchant is None or choice.space is None:
        return _page(request, choice, status=400)
    if not choice.was_shown:
        return _look(request, choice, choice.space)
    form = BookForm(choice.space, choice.day, request.POST)
    if not form.is_valid():
        return _page(request, choice, form, status=400)
    try:
        made = _book(request, choice.merchant, choice.space, form.cleaned_data)
    except RuleViolation as refusal:
        return _page(request, choice, form, refusal.violations, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[made])
    messages.success(request, _("Booked: %(number)s.") % {"number": made.reference})
    seen_at = reverse("admin:schedule_booking", args=[made.reference])
    return redirect(f"{seen_at}?{urlencode({'day': choice.day.isoformat()})}")


def _look(request: PersonRequest, choice: proxy.Choice, space: Resource) -> HttpResponse:
    """The times of another space or day, with all that was typed; nothing is sent yet."""
    typed = request.POST.copy()
    start, _dash, end = typed.get("take", "").partition("-")
    if end:
        typed["start"], typed["end"] = start[:5], end[:5]
    elif "look" not in typed:
        said = _("Space or day have changed. Look at the free times below, then book.")
        messages.info(request, said)
    return _page(request, choice, BookForm.typed(space, choice.day, typed))


@require_POST
def visitor(request: PersonRequest) -> HttpResponse:
    """Register somebody who has come for the first time, then go on to book."""
    form = VisitorForm(request.POST, prefix="visitor")
    choice = proxy.Choice.of(request.GET.dict())
    if form.is_valid():
        try:
            made = register.register_visitor(**form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            access.record(request, action=AccessAction.CHANGE, subjects=[made])
            return redirect(f"{reverse('admin:book')}{choice.query(business=str(made.pk))}")
    return _page(request, choice, visitor_form=form, status=400)


def _book(
    request: PersonRequest, merchant: Merchant, space: Resource, given: dict[str, Any]
) -> Booking:
    return on_behalf.book(
        by=request.user,
        merchant=merchant,
        resource=space,
        starts=given["start"],
        ends=given["end"],
        source=BookingSource(given["source"]),
        purpose=given["purpose"],
        headcount=given["headcount"],
        equipment=list(given["equipment"]),
        user_name=given["user_name"],
        unit=given["unit"],
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
    listed = proxy.visitors(request.GET.get("page")) if choice.visitors else None
    found = list(listed) if listed is not None else proxy.businesses(choice)
    access.record(request, action=AccessAction.SEARCH, subjects=found)
    if choice.merchant:
        access.record(request, action=AccessAction.VIEW, subjects=[choice.merchant])
    if form is None and choice.merchant and choice.space:
        proposed = {"source": BookingSource.PHONE, **choice.use}
        form = BookForm(choice.space, choice.day, initial=proposed)
    walk_in = bool(form and form.data.get("source") == BookingSource.WALK_IN)
    context = {
        "title": _("Book for a business"),
        "choice": choice,
        "found": found,
        "page": listed,
        "is_cut": len(found) == proxy.FOUND,
        "spaces": Resource.objects.active().spaces(),
        "times": proxy.times(choice.space, choice.day) if choice.space and form else [],
        "form": form,
        "violations": violations,
        "can_be_set_aside": all(may_be_set_aside(v.code, walk_in=walk_in) for v in violations),
        "visitor_form": visitor_form or VisitorForm(prefix="visitor"),
    }
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, "admin/book/page.html", whole, status=status)


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
