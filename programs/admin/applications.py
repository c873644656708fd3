"""Applications to find and to look over; what changes them goes through the services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from center.access_admin import AccessLoggedAdmin
from center.plain_numbers import plain_number, row_number
from center.read_only_admin import ReadOnlyAdmin
from merchants import business_number, regions
from programs.admin import errands
from programs.models import Application, ApplicationState, Program, ProgramState

#: calls offered beside the list; all others are found by their title
OFFERED = 30


class ProgramFilter(admin.SimpleListFilter):
    """The calls that closed last, and the one that is chosen. Every call there ever was, with
    its whole text read for its title, took longer than the applications themselves."""

    title = _("program")
    parameter_name = "program__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        announced = Program.objects.exclude(state=ProgramState.DRAFT)
        newest = announced.order_by("-closes_at", "-pk").values_list("pk", "title")
        found = dict(newest[:OFFERED])
        if (chosen := self._chosen()) is not None and chosen not in found:
            found |= dict(newest.filter(pk=chosen))
        return [(str(pk), title) for pk, title in found.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        chosen = self._chosen()
        return queryset.none() if chosen is None else queryset.filter(program=chosen)

    def _chosen(self) -> int | None:
        return plain_number(str(self.value() or ""))


class WaitingFilter(admin.SimpleListFilter):
    """What the first page of the admin counts."""

    title = _("to be done")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        words = {
            "late": _("Not answered in time"),
            "answered": _("Supplement answered"),
            "received": _("Closed call, no result yet"),
        }
        return [(what, words[what]) for what in errands.WAITING]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        what = self.value()
        if what is None or what not in errands.WAITING:
            return queryset
        return queryset.filter(errands.waiting_for(what))


@admin.register(Application)
class ApplicationAdmin(AccessLoggedAdmin, ReadOnlyAdmin, admin.ModelAdmin):
    """Read only: staff decide on the page of one application."""

    list_display = [
        "receipt",
        "merchant",
        "program",
        "state",
        "place",
        "reserve_number",
        "district_shown",
        "submitted_at",
    ]
    list_filter = [WaitingFilter, "state", ProgramFilter]
    list_select_related = ["program", "merchant"]
    list_per_page = 50
    show_full_result_count = False
    # Nothing is changed there that would lead back to the list, and each row's address would be
    # resolved once more for it: a quarter of the time of the page.
    preserve_filters = False
    search_fields = ["receipt", "merchant__name", "merchant__number", "program__title"]
    search_help_text = _("Receipt number, trade name, business number, title of the program")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        """Without drafts: they are their owners' alone."""
        rows = super().get_queryset(request).exclude(state=ApplicationState.DRAFT)
        return rows.defer("program__body", "program__body_en")

    @admin.display(description=_("district"), ordering="district")
    def district_shown(self, application: Application) -> str:
        return regions.place_name(application.district)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of an application is the one with its answers and decisions."""
        if not (pk := row_number(object_id)):
            raise Http404
        return redirect("admin:application_case", pk)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """``220-81-62517`` finds the number stored without hyphens."""
        if business_number.is_valid(digits := business_number.normalize(search_term)):
            search_term = digits
        return super().get_search_results(request, queryset, search_term)
