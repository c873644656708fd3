"""What the outbox forgets of somebody who closes the account."""

from __future__ import annotations

from center.models import User
from center.notifications.models import ChannelChoice, Message, MessageState


def empty_messages(user: User) -> None:
    """Nothing more is sent, and of what was sent only kind, channel and time stay.

    What a worker has in its hands is taken from it, so that it cannot write the words down
    again: the lease is over, whatever becomes of the mail under way.
    """
    theirs = Message.objects.filter(recipient=user)
    theirs.leased().update(state=MessageState.WAITING, lease_until=None, lease_token=None)
    theirs.claimable().update(state=MessageState.CANCELLED)
    theirs.update(address="", context={}, link="", subject="", body="")
    ChannelChoice.objects.filter(user=user).delete()
    # Written to the address before there was an account; without it such a row says nothing.
    Message.objects.over().filter(recipient=None, address__iexact=user.email).delete()
