"""Closing goes through the service, together with the bookings in the way."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.admin import settling
from bookings.admin.closing_form import HOLIDAY, REASONS, ClosingForm, initial_from, shortcuts
from bookings.models import Closure
from bookings.services import closures, holidays
from bookings.services.settle import HouseChange, Settled
from center import clock


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):
    """Closing has a page of its own; a closure is taken back by deleting it."""

    list_display = ["starts", "ends", "kind", "resource", "unit", "reason"]
    list_filter = ["kind", "resource"]
    list_select_related = ["resource", "unit__resource"]
    date_hierarchy = "starts"
    search_fields = ["reason"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return close(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is over stays for the reports."""
        over = obj is not None and obj.ends <= clock.now()
        return not over and super().has_delete_permission(request)

    def delete_model(self, request: HttpRequest, obj: Closure) -> None:
        closures.reopen(closure=obj)


def close(request: HttpRequest) -> HttpResponse:
    """The days and the place; then, if there are any, the bookings in the way."""
    if request.method != "POST":
        return _page(request, ClosingForm(initial=initial_from(request.GET.dict())))
    if filled := shortcuts().get(request.POST.get("fill", "")):
        typed = request.POST.dict() | filled[1]
        return _page(request, ClosingForm(initial=typed))
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    back = reverse("admin:bookings_closure_changelist")
    done = settling.carry_out(request, _change(form, request), title=_("Close"), back=back)
    if not isinstance(done, Settled):
        return done
    messages.success(request, _("Closed: %(reason)s.") % {"reason": form.cleaned_data["reason"]})
    return redirect("admin:holidays" if form.cleaned_data["kind"] == HOLIDAY else back)


def _change(form: ClosingForm, request: HttpRequest) -> HouseChange[Any]:
    if form.cleaned_data["kind"] == HOLIDAY:
        name = form.cleaned_data["reason"]
        return holidays.declaring(days=form.days(), name=name, is_holiday=True)
    closure = form.closure()
    closure.created_by = request.user  # type: ignore[assignment]
    return closures.closing(closure)


def _page(request: HttpRequest, form: ClosingForm, *, status: int = 200) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Close"),
        "form": form,
        "shortcuts": {name: label for name, (label, _values) in shortcuts().items()},
        "reasons": REASONS,
    }
    return render(request, "admin/bookings/close.html", context, status=status)
