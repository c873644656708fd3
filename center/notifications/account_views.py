from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import consents, phones
from center.models import ConsentKind
from center.notifications import routing
from center.notifications.forms import MessagesForm
from center.requests import PersonRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """How the person wants to be told."""
    person = request.user
    form = MessagesForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        language = form.cleaned_data["language"]
        routing.choose(person=person, language=language, firsts=form.firsts)
        messages.success(request, _("Saved: this is how we write to you from now on."))
        return redirect("account_messages")
    context = {
        "form": form,
        "has_mobile": bool(phones.mobile(person.phone)),
        "wants_news": consents.has_agreed(person, ConsentKind.MARKETING),
    }
    return render(request, "notifications/preferences.html", context)
