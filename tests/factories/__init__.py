"""Objects for tests: plain, verified, without surprises."""

from tests.factories.consulting import consultant, consultation, evaluator
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
    "consultant",
    "consultation",
    "evaluator",
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
