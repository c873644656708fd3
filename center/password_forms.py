"""A new password in place of an old one; allauth's forms, which ``ACCOUNT_FORMS`` replaces.

Not the form of a first password: who logs in elsewhere alone sets it to have a second way.
"""

from __future__ import annotations

from allauth.account import forms
from allauth.core import context
from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _

from center import social
from center.models import User


class ChangePasswordForm(forms.ChangePasswordForm):
    def save(self) -> None:
        with transaction.atomic():
            super().save()
            gone = social.disconnect_all(person=self.user)
        _tell(self.user, gone)


class ResetPasswordKeyForm(forms.ResetPasswordKeyForm):
    """Also for an address that a stranger took, by a log-in of theirs, before its owner came."""

    def save(self) -> None:
        with transaction.atomic():
            super().save()
            gone = social.disconnect_all(person=self.user)
        _tell(self.user, gone)


def _tell(person: User, providers: list[str]) -> None:
    """On the next page, and by a mail for each."""
    if not providers:
        return
    names = ", ".join(str(social.NAMES.get(key, key)) for key in providers)
    said = _("Log-in with %(names)s was disconnected. You can connect it again in your account.")
    messages.info(context.request, said % {"names": names})
    for provider in providers:
        social.tell_of_parting(person, provider)
