"""People, notices, and what the law wants kept about people; a module per noun."""

from center.models.access import AccessAction, AccessRecord, AccessReview
from center.models.consents import Consent, ConsentKind, ConsentText
from center.models.notices import Notice, NoticeQuerySet
from center.models.people import User, UserManager
from center.models.rights import ANSWER_DAYS, Destruction, RightsRequest
from center.models.roles import RoleChange
from center.models.texts import LegalText, VersionedText

__all__ = [
    "ANSWER_DAYS",
    "AccessAction",
    "AccessRecord",
    "AccessReview",
    "Consent",
    "ConsentKind",
    "ConsentText",
    "Destruction",
    "LegalText",
    "Notice",
    "NoticeQuerySet",
    "RightsRequest",
    "RoleChange",
    "User",
    "UserManager",
    "VersionedText",
]
