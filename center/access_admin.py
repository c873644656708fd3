from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from center import access
from center.models import AccessAction
from center.named_lookups import NamedLookups


class AccessLoggedAdmin(NamedLookups):
    """Mixin before ``ModelAdmin``: each look at personal data leaves one access record.

    A list is one record with the ids of the rows on the page (a search or a filter counts as
    a search), an object's page one record, a saved change one more, and so an action on ticked
    rows. Always one INSERT, however many rows there are. The admin's own log stays empty: it
    would keep what rows are called, which is names of people, with no end. Lists are narrowed
    by what they offer alone (``NamedLookups``).
    """

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if shown is not None:
            action = AccessAction.SEARCH if shown.params or shown.query else AccessAction.VIEW
            # The page draws the same result list, read once.
            access.record(request, action=action, subjects=shown.result_list)
        return response

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if obj is not None:
            access.record(request, action=AccessAction.VIEW, subjects=[obj])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        access.record(request, action=AccessAction.CHANGE, subjects=[obj])
        return super().response_change(request, obj)  # type: ignore[misc]

    def response_action(self, request: HttpRequest, queryset: Any, *where: Any) -> Any:
        """The ticked rows, also those the action refused: somebody wanted them changed."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        whole = request.POST.get("select_across", "0") != "0"
        try:  # before: what the action does may take a row out of the filter
            chosen = queryset.filter(pk__in=ticked)
            rows = queryset if whole else chosen
            ids = list(rows.order_by().values_list("pk", flat=True)) if ticked else []
        except ValueError:  # no page sends what is no number of a row
            raise BadRequest from None
        response: HttpResponseBase | None = super().response_action(request, queryset, *where)  # type: ignore[misc]
        if response is not None:
            kind = queryset.model._meta.model_name or ""
            what = f"{request.get_full_path()} {request.POST.get('action', '')}"
            access.record(request, action=AccessAction.CHANGE, subjects=(kind, ids), what=what)
        return response

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        access.record(request, action=AccessAction.CHANGE, subjects=[obj])

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """``response_change`` says it; the history says what was changed."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        access.record(request, action=AccessAction.CHANGE, subjects=queryset)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        response: HttpResponse = super().history_view(request, object_id, extra_context)  # type: ignore[misc]
        shown = (getattr(response, "context_data", None) or {}).get("object")
        if shown is not None:
            access.record(request, action=AccessAction.VIEW, subjects=[shown])
        return response
