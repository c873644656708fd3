"""People, notices, and what the law wants kept about people; a module per noun."""

from center.models.access import AccessAction, AccessRecord, AccessReview
from center.models.notices import Notice, NoticeQuerySet
from center.models.people import User, UserManager

__all__ = [
    "AccessAction",
    "AccessRecord",
    "AccessReview",
    "Notice",
    "NoticeQuerySet",
    "User",
    "UserManager",
]
