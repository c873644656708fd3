"""The kinds of the house itself; the apps register theirs in a module of this name."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from center import clock
from center.notifications import kinds

TEST_MESSAGE = kinds.register(
    kinds.Kind(
        "notifications.test_message",
        name=_("Test message"),
        example={
            "name": "김운영",
            "asked_at": dt.datetime(2026, 11, 23, 10, 41, tzinfo=clock.KST),
        },
    )
)

RIGHTS_ANSWERED = kinds.register(
    kinds.Kind(
        "notifications.rights_answered",
        name=_("Rights request answered"),
        example={"name": "김상인", "received_on": dt.date(2026, 11, 23)},
    )
)

ACCOUNT_IDLE = kinds.register(
    kinds.Kind(
        "notifications.account_idle",
        name=_("Account long unused"),
        example={"name": "김상인", "closes_on": dt.date(2026, 12, 23), "years": 2},
        mass=True,
    )
)

NEWS_STOPPED = kinds.register(
    kinds.Kind(
        "notifications.news_stopped",
        name=_("News stopped"),
        example={"name": "김상인", "stopped_on": dt.date(2026, 11, 23)},
    )
)

CONSENT_KEPT = kinds.register(
    kinds.Kind(
        "notifications.consent_kept",
        name=_("Consent to news confirmed"),
        example={
            "name": "김상인",
            "agreed_on": dt.date(2024, 12, 7),
            "news": True,
            "night": True,
        },
        channels=("email",),
        about_news=True,
    )
)
OVERDUE = kinds.register(
    kinds.Kind(
        "notifications.overdue",
        name=_("What is overdue, to staff"),
        example={
            "name": "김운영",
            "lines": ["승인 기한이 지난 예약 신청이 2건 있습니다."],
        },
        channels=("email",),
        mass=True,
    )
)
MORE_IN_INBOX = kinds.register(
    kinds.Kind(
        "notifications.more_in_inbox",
        name=_("More messages in the inbox"),
        example={"name": "김상인"},
        channels=("email",),
        urgent=True,  # it speaks for those held back by the limit it would be counted against
    )
)
