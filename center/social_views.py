"""Pages of log-in with an account people have elsewhere."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.views import signup as sign_up
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from center import social
from center.errors import RuleViolation
from center.requests import PersonRequest

__all__ = ["begin", "callback", "connections", "disconnect", "sign_up"]

_LOGINS = {"kakao": social.KakaoLogin, "naver": social.NaverLogin}
_BEGINS = {key: OAuth2LoginView.adapter_view(login) for key, login in _LOGINS.items()}
_CALLBACKS = {key: OAuth2CallbackView.adapter_view(login) for key, login in _LOGINS.items()}


@never_cache
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Over to the provider, by a page of ours that goes on by itself.

    A redirect would be refused: the policy lets forms lead to this house alone, and browsers
    hold to it through every redirect, those of the provider to its own other hosts included.
    """
    _must_be_offered(provider)
    if request.method != "POST":
        return redirect("account_login")
    answer = _BEGINS[provider](request)
    if answer.status_code != 302:
        return answer
    context = {"address": answer["Location"], "name": social.NAMES[provider]}
    return render(request, "socialaccount/onward.html", context)


@never_cache
@require_safe
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider: logged in, or on to the form of a new account, or told why not."""
    _must_be_offered(provider)
    return _CALLBACKS[provider](request)


def _must_be_offered(provider: str) -> None:
    if provider not in settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404


@login_required
@require_safe
def connections(request: PersonRequest) -> HttpResponse:
    """What the person logs in with besides the password, and what else there is."""
    accounts = list(social.connected(request.user))
    there = {account.provider for account in accounts}
    context = {
        "connected": [
            (account, social.NAMES.get(account.provider, account.provider)) for account in accounts
        ],
        "offered": [(key, name) for key, name in social.offered() if key not in there],
    }
    return render(request, "socialaccount/connections.html", context)


@login_required
@require_POST
@reauthentication_required
def disconnect(request: PersonRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(SocialAccount, pk=pk, user=request.user)
    try:
        social.disconnect(person=request.user, account=account)
    except RuleViolation as refusal:
        messages.error(request, refusal.violations[0].sentence)
    else:
        messages.success(request, _("Disconnected. You no longer log in with it."))
    return redirect("socialaccount_connections")
