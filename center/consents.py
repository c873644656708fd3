"""Giving and withdrawing consent, and what is in force.

Each consent is separate, starts unticked, names the version it was given to and is as easily
withdrawn as given; refusing blocks nothing (PIPA §22, 시행령 §17①; domain.md §3).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation, Violation
from center.models import Consent, ConsentKind, ConsentText, User


@dataclass(frozen=True)
class Standing:
    """One optional text in force and how a person stands to it.

    ``consent`` is the live one, if any; ``is_outdated`` says that it was given to an earlier
    version, so that it covers nothing until it is given again.
    """

    text: ConsentText
    consent: Consent | None

    @property
    def is_given(self) -> bool:
        return self.consent is not None and self.consent.text_id == self.text.pk

    @property
    def is_outdated(self) -> bool:
        return self.consent is not None and not self.is_given


def optional_texts() -> list[ConsentText]:
    """What may be agreed to today, in the order of ``ConsentKind.optional``."""
    texts = {text.kind: text for text in ConsentText.objects.in_force(clock.now())}
    return [texts[kind] for kind in ConsentKind.optional if kind in texts]


def collection_notice() -> ConsentText | None:
    """What is told, not asked, at sign-up and registration."""
    found = ConsentText.objects.in_force(clock.now()).filter(kind=ConsentKind.COLLECTION)
    return found.first()


def standings(user: User) -> list[Standing]:
    """How the person stands to each optional text; two queries."""
    live = {consent.kind: consent for consent in Consent.objects.live().filter(user=user)}
    return [Standing(text, live.get(text.kind)) for text in optional_texts()]


def has_agreed(user: User, kind: ConsentKind) -> bool:
    """Whether the person agreed to the version in force today."""
    agreed = Consent.objects.to_text_in_force(clock.now())
    return agreed.filter(user=user, kind=kind).exists()


@transaction.atomic
def give(
    *,
    user: User,
    text: ConsentText,
    channel: Consent.Channel = Consent.Channel.WEB,
    address: str | None = None,
) -> Consent:
    """Agree to a text in force. Agreeing twice changes nothing; agreeing to a new version ends
    the consent to the old one."""
    if text.kind not in ConsentKind.optional or text not in optional_texts():
        raise RuleViolation(_text_changed())
    _lock(user)
    live = Consent.objects.live().filter(user=user, kind=text.kind).first()
    if live and live.text_id == text.pk:
        return live
    if live:
        _end(live)
    return Consent.objects.create(
        user=user,
        text=text,
        kind=text.kind,
        given_at=clock.now(),
        channel=channel,
        address=address,
    )


@transaction.atomic
def withdraw(*, user: User, kind: ConsentKind) -> None:
    """End the live consent of a kind, to whatever version; without one, nothing happens."""
    _lock(user)
    for consent in Consent.objects.live().filter(user=user, kind=kind):
        _end(consent)


def withdraw_all(*, user: User) -> None:
    """End every live consent, when an account is closed."""
    for kind in ConsentKind.optional:
        withdraw(user=user, kind=kind)


def _lock(user: User) -> None:
    """Two clicks at once must not both find no live consent."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _end(consent: Consent) -> None:
    consent.withdrawn_at = clock.now()
    consent.save(update_fields=["withdrawn_at"])


def _text_changed() -> Violation:
    return Violation(
        "text_changed",
        _("This text is not the one in force today."),
        _("Please read the present text and choose again."),
        field="consents",
    )
