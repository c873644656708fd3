from __future__ import annotations

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from center.models import User
from center.notifications import kinds

INBOX, EMAIL, SMS, ALIMTALK = "inbox", "email", "sms", "alimtalk"


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    LEASED = "leased", _("Being delivered")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Will be tried again")
    DEAD = "dead", _("Not deliverable")
    CANCELLED = "cancelled", _("Called off")

    # Named groups of states; nobody lists states inline.
    claimable: ClassVar[frozenset[MessageState]]
    over: ClassVar[frozenset[MessageState]]
    telling: ClassVar[frozenset[MessageState]]


_S = MessageState
#: a worker may take it as soon as it is due, and it can still be called off
_S.claimable = frozenset({_S.WAITING, _S.FAILED})
#: nothing more comes of it by itself
_S.over = frozenset({_S.SENT, _S.DEAD, _S.CANCELLED})
#: it has told the person, or still may
_S.telling = frozenset({_S.WAITING, _S.LEASED, _S.SENT, _S.FAILED})

_TRANSITIONS: list[tuple[str, str]] = [
    (_S.WAITING, _S.LEASED),
    (_S.FAILED, _S.LEASED),
    (_S.LEASED, _S.SENT),
    (_S.LEASED, _S.FAILED),
    (_S.LEASED, _S.DEAD),
    (_S.LEASED, _S.WAITING),  # given back untouched: the lease was too short for the batch
    (_S.LEASED, _S.CANCELLED),  # not wanted any more when its turn came
    (_S.SENT, _S.DEAD),  # the provider took it and reports that it could not be delivered
    (_S.DEAD, _S.WAITING),  # staff had the cause removed
    (_S.WAITING, _S.CANCELLED),
    (_S.FAILED, _S.CANCELLED),
]
_CLAIMABLE = models.Q(state__in=["waiting", "failed"])
_LEASED = models.Q(state="leased")
_NO_LEASE = models.Q(lease_until=None, lease_token=None)


class MessageQuerySet(models.QuerySet["Message"]):
    def claimable(self) -> MessageQuerySet:
        return self.filter(state__in=MessageState.claimable)

    def leased(self) -> MessageQuerySet:
        return self.filter(state=MessageState.LEASED)

    def due(self, at: dt.datetime) -> MessageQuerySet:
        """What a worker may take at that moment."""
        return self.claimable().filter(due_at__lte=at)

    def later(self, at: dt.datetime) -> MessageQuerySet:
        """Not tried yet and not due yet at that moment."""
        return self.filter(state=MessageState.WAITING, due_at__gt=at)

    def again(self, at: dt.datetime) -> MessageQuerySet:
        """Tried already, and to be tried again after that moment."""
        return self.filter(state=MessageState.FAILED, due_at__gt=at)

    def lease_expired(self, at: dt.datetime) -> MessageQuerySet:
        """Taken by a worker that did not come back in time."""
        return self.leased().filter(lease_until__lte=at)

    def sent(self) -> MessageQuerySet:
        return self.filter(state=MessageState.SENT)

    def over(self) -> MessageQuerySet:
        return self.filter(state__in=MessageState.over)

    def dead(self) -> MessageQuerySet:
        return self.filter(state=MessageState.DEAD)

    def lost(self) -> MessageQuerySet:
        """Given up, and somebody has not heard of it: no other way out of the house has told, or
        still may, and the account is not closed. Of several ways given up the last: it is one
        piece of news, and sent once more it is to arrive once."""
        same = Message.objects.filter(dedupe_key=OuterRef("dedupe_key")).exclude(channel=INBOX)
        told = same.filter(
            Q(state__in=MessageState.telling) | Q(state=MessageState.DEAD, pk__gt=OuterRef("pk"))
        )
        gone = User.objects.filter(pk=OuterRef("recipient"), is_active=False)
        return self.dead().filter(~Exists(told), ~Exists(gone))

    def inbox_of(self, user_id: int) -> MessageQuerySet:
        """What a person finds in the inbox, newest first."""
        arrived = self.filter(channel=INBOX, state=MessageState.SENT, recipient_id=user_id)
        return arrived.order_by("-sent_at", "-pk")

    def for_list(self) -> MessageQuerySet:
        """Without what a list does not print."""
        return self.defer("context", "body")

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)

    def overdue_since(self, at: dt.datetime) -> dt.datetime | None:
        """Since when the message that waits longest should have been on its way; None if all
        is well. One that nobody could try yet waits from its first moment on, however often
        it was put off; one whose own attempt failed waits from its next try on, or a single
        full mailbox would look like an outage."""
        untried = self.claimable().filter(attempts=0, first_due_at__lte=at)
        waiting = untried.aggregate(since=models.Min("first_due_at"))["since"]
        again = self.due(at).filter(attempts__gt=0).aggregate(since=models.Min("due_at"))["since"]
        stuck = self.lease_expired(at).aggregate(since=models.Min("lease_until"))["since"]
        return min(filter(None, (waiting, again, stuck)), default=None)


class Message(models.Model):
    """One piece of news to one person through one channel.

    ``context`` holds ids and plain values, the words are made when it is delivered and kept
    in ``subject`` and ``body``: what a person was told stays known when templates change.
    """

    kind = models.CharField(_("kind"), max_length=80)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="messages",
        null=True,
        blank=True,
        db_index=False,  # ``message_by_day`` serves as well
        verbose_name=_("recipient"),
    )
    address = models.CharField(
        _("address"),
        max_length=254,
        blank=True,
        help_text=_("Of somebody without an account; of others, where it was sent to."),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=16)
    context = models.JSONField(_("details"), default=dict, blank=True)
    link = models.CharField(_("leads to"), max_length=200, blank=True)
    dedupe_key = models.CharField(_("sent once for"), max_length=120)
    state = models.CharField(
        _("state"), max_length=9, choices=MessageState, default=MessageState.WAITING
    )
    # Known by the row, so that the claim sorts by an index; the kind says it (``Kind.mass``).
    mass = models.BooleanField(_("one of many"), default=False, db_default=False, editable=False)
    due_at = models.DateTimeField(_("due"), default=clock.now)
    useless_after = models.DateTimeField(
        _("of no use from"),
        null=True,
        editable=False,
        help_text=_("What is not out by then stays here: the news would be wrong."),
    )
    first_due_at = models.DateTimeField(_("first due"), default=clock.now, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("taken until"), null=True, editable=False)
    lease_token = models.UUIDField(_("taken by"), null=True, editable=False)
    last_error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    provider_id = models.CharField(_("number at the provider"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(_("queued"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("reported as delivered"), null=True, editable=False)
    given_up_at = models.DateTimeField(_("given up"), null=True, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            # The claim and the sweep read these and nothing else, however long the past.
            models.Index(
                fields=["mass", "due_at"], condition=_CLAIMABLE, name="message_answers_first"
            ),
            models.Index(
                fields=["first_due_at"],
                condition=_CLAIMABLE & models.Q(attempts=0),
                name="message_untried",
            ),
            # How much a person was sent today is asked before each message.
            models.Index(fields=["recipient", "created_at"], name="message_by_day"),
            models.Index(fields=["lease_until"], condition=_LEASED, name="message_leased"),
            models.Index(
                fields=["recipient", "-sent_at", "-id"],
                condition=models.Q(channel="inbox", state="sent"),
                name="message_inbox",
            ),
            # Counted on every page of a logged-in person.
            models.Index(
                fields=["recipient"],
                condition=models.Q(channel="inbox", state="sent", read_at=None),
                name="message_unread",
            ),
            models.Index(
                fields=["given_up_at"], condition=models.Q(state="dead"), name="message_dead"
            ),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="message_sent",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key", "channel"], name="message_once_per_channel"
            ),
            models.CheckConstraint(condition=~models.Q(dedupe_key=""), name="message_has_a_key"),
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False)
                | (~models.Q(address="") & ~models.Q(channel="inbox")),
                name="message_for_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at=None)),
                name="message_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=_LEASED & models.Q(lease_until__isnull=False, lease_token__isnull=False)
                | ~_LEASED & _NO_LEASE,
                name="message_leased_until",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dead") | ~models.Q(last_error=""),
                name="message_dead_of_something",
            ),
            models.CheckConstraint(
                condition=models.Q(state="dead", given_up_at__isnull=False)
                | (~models.Q(state="dead") & models.Q(given_up_at=None)),
                name="message_dead_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(read_at=None) | models.Q(channel="inbox", state="sent"),
                name="message_read_in_the_inbox",
            ),
            models.CheckConstraint(
                condition=models.Q(delivered_at=None) | models.Q(state="sent"),
                name="message_delivered_was_sent",
            ),
            # A path of our own: no other site, also not by "//" or "/\".
            models.CheckConstraint(
                condition=models.Q(link="") | models.Q(link__regex=r"^/([^/\\]|$)"),
                name="message_link_stays_here",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="state_changes", field="state", transitions=_TRANSITIONS),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.channel}"

    def get_absolute_url(self) -> str:
        return reverse("inbox_message", args=[self.pk])

    @property
    def reference(self) -> str:
        """How others know it: numbers begin anew in a new database, so with its moment."""
        return f"{self.pk}.{self.created_at:%Y%m%d%H%M%S}"

    @property
    def kind_name(self) -> str:
        """What it is about; the bare key where no app has that kind any more."""
        return kinds.name_of(self.kind)
