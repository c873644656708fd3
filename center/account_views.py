"""A person's own account: the hub, log-ins on other devices, the second factor, idleness."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center import accounts, safety, social
from center import idle as idleness
from center.forms import ProfileForm
from center.requests import PersonRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hub(request: PersonRequest) -> HttpResponse:
    """Name, telephone, and the way to everything that keeps the account safe."""
    form = ProfileForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        accounts.change_profile(person=request.user, **form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("account_safety")
    return render(request, "account/safety.html", {"form": form, **_overview(request)})


def _overview(request: PersonRequest) -> dict[str, Any]:
    person = request.user
    addresses = list(EmailAddress.objects.filter(user=person))
    return {
        "addresses": addresses,
        "waiting": [address for address in addresses if not address.verified],
        "factors": set(
            Authenticator.objects.filter(user=person).values_list("type", flat=True)
        ).intersection(safety.FACTORS),
        "logs_in_elsewhere": social.connected(person).exists(),
        "session_count": len(accounts.open_sessions(person)),
    }


@method_decorator(login_required, name="dispatch")
class SecondFactorView(IndexView):
    """Allauth's overview, and whether the house asks for a second factor and has none yet."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        needed = safety.needs_second_factor(person)
        missing = needed and not safety.has_second_factor(person)
        return super().get_context_data(needed=needed, missing=missing, **kwargs)


second_factor = SecondFactorView.as_view()


@login_required
def passkey_remove(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Allauth's page; it lets the last factor go even where the house asks for one."""
    key = get_object_or_404(
        Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN
    )
    if not get_adapter().can_delete_authenticator(key):
        messages.error(
            request, _("Add another passkey or an app first: your work here needs a second factor.")
        )
        return redirect("mfa_list_webauthn")
    answer: HttpResponseBase = remove_webauthn(request, pk=pk)
    return answer


@login_required
@require_safe
def sessions(request: PersonRequest) -> HttpResponse:
    """Where the person is logged in."""
    context = {
        "sessions": accounts.open_sessions(request.user),
        "here": request.session.session_key,
    }
    return render(request, "account/sessions.html", context)


@login_required
@require_POST
def session_end(request: PersonRequest, pk: int) -> HttpResponse:
    """Log out one other device; this one leaves by the ordinary way."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    accounts.end_session(session=session)
    messages.success(request, _("That device is logged out."))
    return redirect("account_sessions")


@login_required
@require_POST
def sessions_end(request: PersonRequest) -> HttpResponse:
    """Log out everywhere but here."""
    count = accounts.end_other_sessions(request=request, person=request.user)
    messages.success(
        request,
        ngettext(
            "%(count)s other device is logged out.",
            "%(count)s other devices are logged out.",
            count,
        )
        % {"count": count},
    )
    return redirect("account_sessions")


@never_cache
@require_http_methods(["GET", "POST"])
def idle(request: HttpRequest) -> HttpResponse:
    """Seconds until the session ends, 0 without one; a POST is what extends it.

    ``token`` is the form token in force: after a new log-in in another window the forms of
    this one would be refused with theirs. ``person`` tells whether it is the same one.
    """
    left = idleness.seconds_left(request) if request.user.is_authenticated else 0
    return JsonResponse({"left": left, "person": request.user.pk, "token": get_token(request)})


def at_the_usual_address(request: HttpRequest, rest: str) -> HttpResponse:
    """Log-in and sign-up where most portals on Django have them: to ours, with what was sent."""
    query = request.META.get("QUERY_STRING", "")
    target = f"/account/{quote(rest)}{'?' if query else ''}{query}"
    return redirect(target, preserve_request=True)
