"""Requests of people about their data, and the ledger of what was destroyed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from center import access, clock, rights
from center.access_admin import AccessLoggedAdmin
from center.errors import RuleViolation
from center.models import AccessAction, Destruction, RightsRequest
from center.read_only_admin import ReadOnlyAdmin
from center.rights_forms import AnswerForm

_READ = ["user", "kind", "text", "received_at", "due_on"]
_ANSWERED = ["outcome", "answer", "answered_by", "answered_at"]


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("to be answered")), ("overdue", _("overdue")), ("done", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "open":
            return queryset.open()
        if self.value() == "overdue":
            return queryset.overdue(clock.today())
        return queryset.exclude(answered_at=None) if self.value() == "done" else queryset


@admin.register(RightsRequest)
class RightsRequestAdmin(AccessLoggedAdmin, ReadOnlyAdmin, admin.ModelAdmin):
    """Answered on the request's page, through the service, once."""

    change_form_template = "admin/center/rights_request.html"
    list_display = ["received_at", "user", "kind", "due_on", "state", "answered_at"]
    list_filter = [StateFilter, "kind"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name", "text"]
    date_hierarchy = "received_at"
    fields = [*_READ, *_ANSWERED]

    @admin.display(description=_("state"))
    def state(self, request: RightsRequest) -> str:
        if request.is_overdue:
            return str(_("overdue"))
        return str(_("to be answered")) if request.is_open else request.get_outcome_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may_answer = request.user.has_perm("center.change_rightsrequest")
        form = AnswerForm(request.POST if request.method == "POST" else None)
        if may_answer and form.is_valid() and (asked := self.get_object(request, object_id)):
            return self._answer(request, asked, form)
        request.method = "GET"  # the page below only shows
        context = {"answer_form": form, "may_answer": may_answer}
        return super().change_view(request, object_id, form_url, context)

    def _answer(self, request: HttpRequest, asked: RightsRequest, form: AnswerForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            rights.answer(
                request=asked,
                by=request.user,  # type: ignore[arg-type]
                outcome=data["outcome"],
                text=data["answer"],
            )
            access.record(request, action=AccessAction.CHANGE, subjects=[asked])
            self.message_user(request, _("Answered."), messages.SUCCESS)
        except RuleViolation as refusal:
            violation = refusal.violations[0]
            self.message_user(request, f"{violation.message} {violation.remedy}", messages.WARNING)
        return redirect(request.path)


@admin.register(Destruction)
class DestructionAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """파기대장."""

    list_display = ["at", "kind", "count", "rule", "basis", "by"]
    list_filter = ["rule"]
    list_select_related = ["by"]
    date_hierarchy = "at"
