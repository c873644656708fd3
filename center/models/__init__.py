"""People, notices, and what the law wants kept about people; a module per noun."""

from center.models.access import AccessAction, AccessRecord, AccessReview
from center.models.consents import Consent, ConsentKind, ConsentText
from center.models.notices import Notice, NoticeQuerySet
from center.models.people import User, UserManager
from center.models.roles import RoleChange
from center.models.texts import LegalText, VersionedText

__all__ = [
    "AccessAction",
    "AccessRecord",
    "AccessReview",
    "Consent",
    "ConsentKind",
    "ConsentText",
    "LegalText",
    "Notice",
    "NoticeQuerySet",
    "RoleChange",
    "User",
    "UserManager",
    "VersionedText",
]
