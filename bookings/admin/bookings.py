"""Bookings to find; what many of them at once have in common at a door."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.models import Allocation, Booking, BookingState
from bookings.services import attendance
from center import display
from center.access_admin import AccessLoggedAdmin
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants import business_number


class AllocationInline(admin.TabularInline):
    model = Allocation
    extra = 0
    can_delete = False
    fields = ("unit", "span")
    readonly_fields = ("unit", "span")
    verbose_name_plural = _("units taken")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        return super().get_queryset(request).select_related("unit__resource")

    @admin.display(description=_("during"))
    def span(self, allocation: Allocation) -> str:
        """The time on a Korean clock, buffers included."""
        span = allocation.during
        return f"{display.moment(span.lower)} – {display.time(span.upper)}"

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class BookingList(ChangeList):
    """Each row leads to the page of its booking, where all that can be done with it is."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:schedule_booking", args=[result.reference])


@admin.register(Booking)
class BookingAdmin(AccessLoggedAdmin, admin.ModelAdmin):
    """Bookings to find; nothing here is typed over by hand. Requests are decided where they
    are seen as they are now (approvals), one is cancelled on its page and for a reason."""

    view_on_site = False  # that page is its business's
    list_display = [
        "reference",
        "when",
        "resource",
        "merchant",
        "standing",
        "headcount",
        "source",
    ]
    list_filter = ["state", "resource", "source"]
    list_select_related = ["resource", "merchant"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["reference", "merchant__name", "merchant__number"]
    search_help_text = _("Booking number, trade name, business number with or without hyphens")
    date_hierarchy = "starts"
    actions = ["check_in", "check_out", "mark_no_show"]
    inlines = [AllocationInline]

    @admin.display(description=_("when"), ordering="starts")
    def when(self, booking: Booking) -> str:
        return f"{display.moment(booking.starts)} – {display.time(booking.ends)}"

    @admin.display(description=_("state"), ordering="state")
    def standing(self, booking: Booking) -> str:
        """The state; of a request also by when it is to be answered. As a column of its own,
        empty in most rows, that left no room for the others."""
        state: str = booking.get_state_display()
        if booking.state != BookingState.REQUESTED or booking.decide_until is None:
            return state
        return f"{state}, {_('Answer by')} {display.moment(booking.decide_until)}"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BookingList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """``220-81-62517`` finds the number stored without hyphens."""
        if business_number.is_valid(digits := business_number.normalize(search_term)):
            search_term = digits
        return super().get_search_results(request, queryset, search_term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        """Without holds that came to nothing: they were never bookings."""
        return super().get_queryset(request).exclude(state=BookingState.EXPIRED)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The actions need it; a single booking is for reading: saving a page that was loaded
        before somebody moved the booking would write the old time back."""
        return obj is None and super().has_change_permission(request)

    @admin.action(description=_("Check in"), permissions=["change"])
    def check_in(self, request: PersonRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, lambda b: attendance.check_in(booking=b, by=request.user))

    @admin.action(description=_("Check out"), permissions=["change"])
    def check_out(self, request: PersonRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, lambda b: attendance.check_out(booking=b, by=request.user))

    @admin.action(description=_("Mark as not used"), permissions=["change"])
    def mark_no_show(self, request: PersonRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, lambda b: attendance.mark_no_show(booking=b, by=request.user))

    def _each(self, request: HttpRequest, queryset: QuerySet[Booking], act: Any) -> None:
        done = 0
        for booking in queryset:
            try:
                act(booking)
                done += 1
            except RuleViolation as refusal:
                sentence = f"{booking.reference}: {refusal.violations[0].message}"
                self.message_user(request, sentence, messages.WARNING)
        if done:
            text = ngettext("%(n)d booking changed.", "%(n)d bookings changed.", done) % {"n": done}
            self.message_user(request, text, messages.SUCCESS)
