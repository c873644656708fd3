"""Keys in addresses, kept out of the log: whoever reads them could use them.

Such an address is a door of its own: a new password, a confirmed e-mail address, a place in a
business, somebody's calendar, an offer, what is said of a use, being there, reports of text
messages. Where its key stood, the log has ``…``.
"""

from __future__ import annotations

import re
from typing import Any

_KEY = re.compile(
    r"(/account/password/reset/key/|/account/confirm-email/|/merchants/invitations/|/calendar/"
    r"|/offers/|/feedback/|/outcomes/|/attend/\d+/|/notifications/(?:solapi|stop)/)\S+"
)


def without_keys(text: str) -> str:
    return _KEY.sub(r"\1…", text)


def conceal(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """For structlog: the same in every text of a line, also of lines Django writes itself."""
    return {
        name: without_keys(value) if isinstance(value, str) else value
        for name, value in event.items()
    }
