from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from center.notifications import selectors, services
from center.notifications.models import Message
from center.requests import PersonRequest

PAGE = 20


@login_required
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """What the house has told the person, newest first."""
    arrived = Message.objects.inbox_of(request.user.pk).for_list()
    page = Paginator(arrived, PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page})


@login_required
@require_safe
def inbox_message(request: PersonRequest, pk: int) -> HttpResponse:
    """One message; opening it makes it read."""
    message = selectors.message_for(request.user, pk)
    services.mark_read(message=message)
    return render(request, "notifications/inbox_message.html", {"message": message})


@login_required
@require_POST
def inbox_read_all(request: PersonRequest) -> HttpResponse:
    services.mark_all_read(user=request.user)
    messages.success(request, _("All messages are marked as read."))
    return redirect("inbox")
