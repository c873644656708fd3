"""The words of each kind: changed by managers, checked, looked at before they count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from center import access
from center.errors import RuleViolation
from center.models import AccessAction, User
from center.notifications import drafts, kinds, previews, texts, wording_tags
from center.notifications.kinds import Kind
from center.notifications.models import MessageText, TextPart

_PAST = 50


class WordingForm(forms.Form):
    """The three parts; an empty one is the house's own."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    short = forms.CharField(
        label=gettext_lazy("Text message"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
    )

    @property
    def texts(self) -> dict[TextPart, str]:
        return {part: self.cleaned_data[part].replace("\r\n", "\n") for part in TextPart}

    def refuse(self, refusal: RuleViolation) -> None:
        for violation in refusal.violations:
            self.add_error(violation.field, f"{violation.message} {violation.remedy}")


@dataclass(frozen=True)
class _Line:
    """One kind in the list, and in which languages staff have worded it."""

    kind: Kind
    languages: list[tuple[str, str, bool]]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    worded = set(texts.reworded())
    lines = [
        _Line(kind, [(code, name, (kind.key, code) in worded) for code, name in settings.LANGUAGES])
        for kind in kinds.every()
    ]
    context = {**admin.site.each_context(request), "title": _("Wording of messages")}
    template = "admin/notifications/wordings.html"
    return TemplateResponse(request, template, {**context, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str, language: str) -> HttpResponse:
    kind = _kind(key, language)
    form = WordingForm(request.POST if request.method == "POST" else None)
    form.initial = _initial(kind, language)
    if form.is_valid():
        if "preview" not in request.POST and _saved(request, form, kind, language):
            return redirect("admin:message_wordings")
        if "preview" in request.POST:
            return _page(request, form, kind, language, _preview(request, form, kind, language))
    return _page(request, form, kind, language, None)


def _kind(key: str, language: str) -> Kind:
    try:
        kind = kinds.get(key)
    except LookupError:
        raise Http404 from None
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return kind


def _initial(kind: Kind, language: str) -> dict[str, Any]:
    """The staff's words, else the house's to begin from."""
    own = texts.newest(kind, language)
    return {part.value: own.get(part) or drafts.draft_of(kind, part, language) for part in TextPart}


def _saved(request: HttpRequest, form: WordingForm, kind: Kind, language: str) -> bool:
    house = {part: drafts.draft_of(kind, part, language) for part in TextPart}
    back = "house" in request.POST
    # What is left as the house words it stays the house's, and follows it later on.
    wanted = {p: "" if back or text == house[p] else text for p, text in form.texts.items()}
    try:
        person = cast(User, request.user)
        number = texts.change(kind=kind, language=language, texts=wanted, by=person)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return False
    said = _("Saved: it counts from the next message on.") if number else _("Nothing was changed.")
    messages.success(request, said)
    return True


def _preview(
    request: HttpRequest, form: WordingForm, kind: Kind, language: str
) -> previews.Preview | None:
    """With the values of the latest real message, which is then on record, or the example's."""
    real = previews.latest(kind, language) if "real" in request.POST else None
    try:
        shown = previews.of(kind=kind, language=language, texts=form.texts, real=real)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return None
    if real is not None:
        access.record(request, action=AccessAction.VIEW, subjects=[real])
    return shown


def _page(
    request: HttpRequest,
    form: WordingForm,
    kind: Kind,
    language: str,
    preview: previews.Preview | None,
) -> HttpResponse:
    past = MessageText.objects.filter(kind=kind.key, language=language).select_related("by")
    context = {
        **admin.site.each_context(request),
        "title": kind.name,
        "form": form,
        "kind": kind,
        "language": language,
        "language_name": dict(settings.LANGUAGES)[language],
        "filters": wording_tags.FILTERS,
        "preview": preview,
        "past": past[:_PAST],
    }
    return TemplateResponse(request, "admin/notifications/wording.html", context)
