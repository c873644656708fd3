"""Objects for tests: plain, verified, without surprises."""

from tests.factories.house import open_house, policy, resource, studio
from tests.factories.papers import paper
from tests.factories.people import merchant, number, staff, user
from tests.factories.programs import application, program
from tests.factories.sessions import attendance, session
from tests.factories.texts import consent_text

__all__ = [
    "application",
    "attendance",
    "consent_text",
    "merchant",
    "number",
    "open_house",
    "paper",
    "policy",
    "program",
    "resource",
    "session",
    "staff",
    "studio",
    "user",
]
