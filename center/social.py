"""Log-in with an account people have elsewhere: Kakao and Naver, where their keys are set.

Of what a provider says only its number of the person is kept, and the address for the form
of a new account; no token, no profile. An account is never found by its address: whoever can
enter a stranger's address at a provider would get the stranger's account here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import structlog
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider, ProviderException
from allauth.socialaccount.providers.kakao.views import KakaoOAuth2Adapter
from allauth.socialaccount.providers.naver.views import NaverOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center.errors import RuleViolation, Violation
from center.models import User

log = structlog.get_logger(__name__)

NAMES: dict[str, str | Promise] = {
    "kakao": gettext_lazy("Kakao"),
    "naver": gettext_lazy("Naver"),
}


def offered() -> list[tuple[str, str | Promise]]:
    """The providers whose keys are set, by what addresses and people call them."""
    return [(key, name) for key, name in NAMES.items() if key in settings.SOCIALACCOUNT_PROVIDERS]


def connected(person: User) -> QuerySet[SocialAccount]:
    return SocialAccount.objects.filter(user=person).order_by("date_joined")


def disconnect(*, person: User, account: SocialAccount) -> None:
    """Forget one of the person's log-ins elsewhere; they are told by mail.

    Raises RuleViolation where nothing would be left to log in with.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        others = connected(locked).exclude(pk=account.pk).exists()
        if not others and not locked.has_usable_password():
            raise RuleViolation(_only_login())
        account.delete()
    tell_of_parting(person, account.provider)


def disconnect_all(*, person: User) -> list[str]:
    """Forget every log-in elsewhere of whoever has just got a new password. Returns their
    providers, of which the caller tells the person once the password is kept."""
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        providers = [account.provider for account in connected(locked)]
        connected(locked).delete()
    return providers


def tell_of_parting(person: User, provider: str) -> None:
    """By mail, which names the device the request in hand came from."""
    get_account_adapter().send_notification_mail(
        "socialaccount/email/account_disconnected",
        person,
        {"name": NAMES.get(provider, provider)},
    )


def _only_login() -> Violation:
    return Violation(
        "only_login",
        _("This is the only way you log in."),
        _("Set a password first; then you can disconnect it here."),
    )


class SocialAdapter(DefaultSocialAccountAdapter):
    """Keys from the settings alone, nothing kept that is not needed."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Without the table of keys that the admin could write: it costs a query a page."""
        return [
            SocialApp(provider=key, **app)
            for key, values in settings.SOCIALACCOUNT_PROVIDERS.items()
            for app in values["APPS"]
            if provider in {None, key} and client_id in {None, app["client_id"]}
        ]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        found = super().get_provider(request, provider, client_id)
        found.name = NAMES[found.id]
        return found

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """The first hook that sees the answer, before anything of it is stored."""
        person: User = super().populate_user(request, sociallogin, data)
        if sociallogin.account.uid == str(None):  # would be one account of many people
            raise ProviderException("no number of the person")
        sure = _says_it_is_theirs(sociallogin.provider.id, sociallogin.account.extra_data)
        for address in sociallogin.email_addresses:
            address.verified = sure
        sociallogin.account.extra_data = {}
        return person

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The token has done its work; a new account's waits in the session otherwise."""
        sociallogin.token = None

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """An address the person replaced in the form is not kept beside the new one."""
        chosen = form.cleaned_data["email"].casefold()
        sociallogin.email_addresses = [
            address for address in sociallogin.email_addresses if address.email.casefold() == chosen
        ]
        person: User = super().save_user(request, sociallogin, form)
        return person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Its kind alone: what the provider answered may name the person."""
        kind = type(exception).__name__ if exception else str(error)
        log.warning("social_login_failed", provider=provider.id, error=kind)


def _says_it_is_theirs(provider: str, answer: dict[str, Any]) -> bool:
    """Whether the provider has confirmed the address. Naver does not say so of any; Kakao says
    of each whether it was confirmed, and whether it still is nobody else's."""
    if provider != "kakao":
        return False
    account = answer.get("kakao_account", {})
    return account.get("is_email_valid") is True and account.get("is_email_verified") is True


class _Careful:
    """An answer of another shape than the documented one is the provider's failure, not ours."""

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        with _as_documented():
            return super().get_access_token_data(*args, **kwargs)  # type: ignore[misc]

    def parse_token(self, data: Any) -> Any:
        with _as_documented():
            return super().parse_token(data)  # type: ignore[misc]

    def complete_login(self, *args: Any, **kwargs: Any) -> SocialLogin:
        with _as_documented():
            return super().complete_login(*args, **kwargs)  # type: ignore[misc]


@contextlib.contextmanager
def _as_documented() -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProviderException(type(error).__name__) from error


class KakaoLogin(_Careful, KakaoOAuth2Adapter):
    pass


class NaverLogin(_Careful, NaverOAuth2Adapter):
    pass
