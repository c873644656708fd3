"""A call that is being prepared: saving stays on its page, and publishing is one button there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation
from programs.models import Program, ProgramState
from programs.services import calls


class DraftMixin:
    """Before ``ModelAdmin`` of calls. What is still missing is named above the form of a draft;
    “Save and publish” saves first, so that nothing typed is lost where something is missing."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        program, may = kwargs.get("obj"), request.user.has_perm("programs.change_program")
        if may and (program is None or program.state == ProgramState.DRAFT):
            context["may_publish"] = True
            context["missing"] = calls.what_is_missing(program, clock.now()) if program else []
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def response_add(self, request: HttpRequest, obj: Program, *args: Any) -> HttpResponse:
        return self._published(request, obj) or super().response_add(  # type: ignore[misc]
            _staying(request, obj), obj, *args
        )

    def response_change(self, request: HttpRequest, obj: Program) -> HttpResponse:
        return self._published(request, obj) or super().response_change(  # type: ignore[misc]
            _staying(request, obj), obj
        )

    def _published(self, request: HttpRequest, program: Program) -> HttpResponse | None:
        """Where that was asked for: done, or back on the page with what is missing. A call that
        people will race for is shown once more, with what to do about it."""
        if "_publish" not in request.POST or program.state != ProgramState.DRAFT:
            return None
        missing = calls.what_is_missing(program, clock.now())
        if not missing and calls.opens_in_a_rush(program, clock.now()):
            return redirect("admin:program_publish", program.pk)
        try:
            calls.publish(program=program)
        except RuleViolation:  # named above the form
            messages.warning(request, _("Saved, and not published yet: something is missing."))
        else:
            messages.success(request, _("The call has been published."))
        return redirect("admin:programs_program_change", program.pk)


def _staying(request: HttpRequest, program: Program) -> HttpRequest:
    """A draft that was saved is gone on with."""
    if program.state == ProgramState.DRAFT and "_save" in request.POST:
        posted = request.POST.copy()
        posted["_continue"] = posted.pop("_save")[-1]
        request.POST = posted  # type: ignore[assignment]
    return request
