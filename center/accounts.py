"""How allauth's accounts differ in this house, and the person's own data."""

from __future__ import annotations

import functools
import io
import unicodedata
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center import attempts, clock, idle, safety, sealing
from center.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Our differences from allauth's defaults."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": format_lazy(
            gettext_lazy(
                "After {failures} failures this log-in is locked for {minutes} minutes. Wait, or set a new password by mail, or call us at {phone}."
            ),
            failures=settings.LOCKOUT_FAILURES,
            minutes=settings.LOCKOUT_MINUTES,
            phone=settings.CENTER_PHONE,
        ),
        "attempts_not_counted": format_lazy(
            gettext_lazy(
                "Nobody can log in at the moment; it is not your fault. Please try again in a few minutes, or call us at {phone}."
            ),
            phone=settings.CENTER_PHONE,
        ),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff start their day in the admin."""
        if request.user.is_staff:
            return resolve_url("admin:index")
        return str(super().get_login_redirect_url(request))

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        user.language = request.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count together what reaches one account: ``ſtaff@…`` finds ``staff@…`` as well.
        Where nothing can be counted nobody gets in, and hears why."""
        if not attempts.can_be_counted():
            raise self.validation_error("attempts_not_counted")
        email = unicodedata.normalize("NFKC", credentials.get("email", "")).casefold()
        super().pre_authenticate(request, **{**credentials, "email": email})

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        idle.touch(request, user)

    def set_password(self, user: Any, password: str) -> None:
        """A new password is also the way to throw out whoever knows the old one; their log-ins
        elsewhere go with ``center/password_forms.py``."""
        super().set_password(user, password)
        end_other_sessions(request=self.request, person=user)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets sealed, names of the house, and no way out for those who need the factor."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """An SVG to put into the page itself: the policy allows no ``data:`` pictures."""
        drawn = io.BytesIO()
        segno.make(url, error="m").save(
            drawn,
            kind="svg",
            scale=5,
            border=2,
            xmldecl=False,
            svgns=False,
            light="#fff",
            omitsize=True,
        )
        return drawn.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays while the house asks for one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=safety.FACTORS)
        if others.exclude(pk=authenticator.pk).exists():
            return True
        return not safety.needs_second_factor(authenticator.user)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.CENTER_NAME}


@receiver(authenticator_added)
def note_proof(request: HttpRequest, user: User, authenticator: Authenticator, **kw: Any) -> None:
    """Who has just set a factor up has shown it; allauth itself notes only later uses."""
    if authenticator.type in safety.FACTORS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )


def change_profile(*, person: User, name: str, phone: str) -> User:
    """Write the person's name and telephone; both come checked from the form."""
    person.name, person.phone = name, phone
    person.save(update_fields=["name", "phone"])
    return person


def choose_language(*, person: User, language: str) -> None:
    """From now on messages to the person are in this language; it is one of the house."""
    User.objects.filter(pk=person.pk).exclude(language=language).update(language=language)


def open_sessions(person: User) -> list[UserSession]:
    """The person's log-ins that still work, the one used last first."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return list(
        UserSession.objects.filter(user=person, session_key__in=alive).order_by("-last_seen_at")
    )


def forget_ended_sessions() -> int:
    """Destroy address and browser of log-ins that are over, which allauth does at the person's
    next one alone. Returns how many."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    count, _details = UserSession.objects.exclude(Exists(alive)).delete()
    return count


def end_session(*, session: UserSession) -> None:
    """Log that device out, at its next request."""
    session.end()


def end_other_sessions(*, request: HttpRequest, person: User) -> int:
    """Log the person out everywhere but here; returns how many log-ins still worked."""
    here = request.session.session_key or ""
    living = {session.pk for session in open_sessions(person) if session.session_key != here}
    for session in UserSession.objects.filter(user=person).exclude(session_key=here):
        end_session(session=session)
    return len(living)


def reseal_second_factors() -> int:
    """Seal every stored secret with the key of today; returns how many factors had one."""
    count = 0
    with transaction.atomic():
        for factor in Authenticator.objects.select_for_update().exclude(type="webauthn"):
            for name in {"secret", "seed"} & factor.data.keys():
                factor.data[name] = sealing.resealed(factor.data[name])
            factor.save(update_fields=["data"])
            count += 1
    return count


def remove_second_factor(*, person: User) -> int:
    """For somebody who lost phone, key and codes: as if there had never been a second factor.

    Every session ends and the person is told by mail, in case it was not their wish. Returns
    how many factors were removed, recovery codes included.
    """
    with transaction.atomic():
        count, _details = Authenticator.objects.filter(user=person).delete()
        for session in UserSession.objects.filter(user=person):
            end_session(session=session)
        transaction.on_commit(functools.partial(_tell_of_removal, person.email))
    return count


def _tell_of_removal(email: str) -> None:
    send_mail(
        _("Your second factor was removed"),
        _(
            "The center removed the second factor of your account, because it was reported lost. Log in and set up a new one. If you did not report it, call us at %(phone)s at once."
        )
        % {"phone": settings.CENTER_PHONE},
        None,
        [email],
    )
