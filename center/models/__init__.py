"""People and notices; a module per noun."""

from center.models.notices import Notice, NoticeQuerySet
from center.models.people import User, UserManager

__all__ = ["Notice", "NoticeQuerySet", "User", "UserManager"]
