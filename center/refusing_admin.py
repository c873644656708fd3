from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from center.errors import RuleViolation


class RefusingAdmin:
    """Mixin before ``ModelAdmin`` where saving goes through a service.

    What the service refuses although the form was in order (somebody was faster) is said on the
    page, opened anew, instead of breaking it; nothing is saved, the admin's transaction is over.
    """

    refused_by: ClassVar[tuple[type[Exception], ...]] = (RuleViolation,)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
            return answer
        except self.refused_by as refusal:
            for sentence in self.sentences_of(refusal):
                messages.warning(request, sentence)
        return redirect(request.get_full_path())

    def sentences_of(self, refusal: Exception) -> list[str]:
        if not isinstance(refusal, RuleViolation):
            return [str(refusal)]
        return [f"{v.message} {v.remedy}".strip() for v in refusal.violations]
