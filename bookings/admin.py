"""The staff's side: what changes a state goes through the services, the rest is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.models import (
    Allocation,
    Booking,
    BookingState,
    CancelReason,
    Closure,
    HolidayOverride,
    OpeningHours,
    Policy,
    RejectReason,
    Resource,
    SpecialOpening,
    Unit,
)
from bookings.services import change, closures, decide
from center import clock, display
from center.access_admin import AccessLoggedAdmin
from center.errors import RuleViolation
from center.refusing_admin import RefusingAdmin
from merchants import business_number


class UnitInline(admin.TabularInline):
    model = Unit
    extra = 0
    can_delete = False
    fields = [
        "name",
        "capacity",
        "asset_number",
        "serial_number",
        "in_service",
        "out_of_service_reason",
        "position",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        return super().get_queryset(request).select_related("resource")


@admin.register(Resource)
class ResourceAdmin(admin.ModelAdmin):
    list_display = ["name", "category", "unit_count", "location", "is_active", "position"]
    list_filter = ["category", "is_active"]
    search_fields = ["name", "name_en", "units__name", "units__asset_number"]
    prepopulated_fields = {"slug": ["name_en"]}
    filter_horizontal = ["used_in"]
    inlines = [UnitInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        return super().get_queryset(request).annotate(unit_count=Count("units"))

    @admin.display(description=_("units"), ordering="unit_count")
    def unit_count(self, resource: Any) -> int:
        return int(resource.unit_count)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New units take part in the closures that are on already."""
        try:
            for unit in formset.save(commit=False):
                closures.add_unit(unit=unit) if unit.pk is None else unit.save()
            formset.save_m2m()
        except RuleViolation as refusal:
            self.message_user(request, refusal.violations[0].message, messages.ERROR)


@admin.register(OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin):
    list_display = ["weekday", "opens", "closes", "resource", "valid_from", "valid_until"]
    list_filter = ["resource", "weekday"]
    list_select_related = ["resource"]


@admin.register(SpecialOpening)
class SpecialOpeningAdmin(admin.ModelAdmin):
    list_display = ["date", "opens", "closes", "resource", "reason"]
    list_filter = ["resource"]
    list_select_related = ["resource"]
    date_hierarchy = "date"


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(admin.ModelAdmin):
    list_display = ["date", "name", "is_holiday"]
    date_hierarchy = "date"


_CLOSURE_FIELDS = ["kind", "resource", "unit", "starts", "ends", "reason"]


def _in_the_way(bookings: list[Booking]) -> list[str]:
    """The bookings a closure meets, for the person who closes."""
    listed = [
        f"{display.moment(b.starts)} {b.resource} – {b.merchant or ''} ({b.reference})"
        for b in bookings
    ]
    return [str(_("These bookings are in the way:")), *listed]


class ClosureForm(forms.ModelForm):
    keep_bookings = forms.BooleanField(
        label=_("Keep the bookings in the way"),
        help_text=_("The closure then leaves their time out."),
        required=False,
    )

    class Meta:
        model = Closure
        fields = _CLOSURE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].queryset = Unit.objects.select_related("resource")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Name the bookings in the way before anything is saved."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors or data.get("keep_bookings") or not self._is_whole(data):
            return data
        wish = Closure(**{name: data[name] for name in _CLOSURE_FIELDS})
        if affected := closures.affected_bookings(wish):
            raise ValidationError(_in_the_way(affected))
        return data

    def _is_whole(self, data: dict[str, Any]) -> bool:
        return bool(data.get("starts") and data.get("ends") and data["starts"] < data["ends"])


@admin.register(Closure)
class ClosureAdmin(RefusingAdmin, admin.ModelAdmin):
    """Closing goes through the service; a closure is taken back by deleting it."""

    form = ClosureForm
    # Somebody may book between the check of the form and the closing.
    refused_by = (RuleViolation, closures.BookingsAffected)
    list_display = ["starts", "ends", "kind", "resource", "unit", "reason"]
    list_filter = ["kind", "resource"]
    list_select_related = ["resource", "unit__resource"]
    date_hierarchy = "starts"
    search_fields = ["reason"]

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        obj.created_by = request.user  # type: ignore[assignment]
        closures.close(closure=obj, keep_bookings=form.cleaned_data["keep_bookings"])

    def sentences_of(self, refusal: Exception) -> list[str]:
        if isinstance(refusal, closures.BookingsAffected):
            return _in_the_way(refusal.bookings)
        return super().sentences_of(refusal)

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


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):
    list_display = ["scope", "valid_from", "notice_days", "horizon_days", "per_day", "per_month"]
    list_filter = ["category", "resource"]
    list_select_related = ["resource"]
    date_hierarchy = "valid_from"

    @admin.display(description=_("applies to"))
    def scope(self, policy: Policy) -> str:
        return policy.scope_name


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


class DecisionForm(ActionForm):
    """The reason that goes with a request not approved."""

    reason = forms.ChoiceField(
        label=_("Reason (if not approved)"),
        choices=[("", "–"), *RejectReason.choices],
        required=False,
    )


@admin.register(Booking)
class BookingAdmin(AccessLoggedAdmin, admin.ModelAdmin):
    """Bookings to find and to decide; nothing here is typed over by hand."""

    list_display = [
        "reference",
        "when",
        "resource",
        "merchant",
        "state",
        "decide_until",
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
    actions = ["approve", "reject", "cancel"]
    action_form = DecisionForm
    inlines = [AllocationInline]

    @admin.display(description=_("when"), ordering="starts")
    def when(self, booking: Booking) -> str:
        return f"{display.moment(booking.starts)} – {display.time(booking.ends)}"

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

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, lambda b: decide.approve(booking=b, by=request.user))  # type: ignore[arg-type]

    @admin.action(description=_("Do not approve"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        asked = request.POST.get("reason", "")
        if asked not in RejectReason.values:
            self.message_user(request, _("Choose a reason first."), messages.WARNING)
            return
        reason = RejectReason(asked)
        self._each(
            request,
            queryset,
            lambda b: decide.reject(booking=b, by=request.user, reason=reason),  # type: ignore[arg-type]
        )

    @admin.action(description=_("Cancel for the business"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        reason = CancelReason.OTHER
        self._each(
            request, queryset, lambda b: change.cancel(booking=b, reason=reason, by_staff=True)
        )

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
