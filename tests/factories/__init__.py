"""Objects for tests: plain, verified, without surprises."""

from tests.factories.consulting import consultant, consultation
from tests.factories.house import open_house, policy, resource, studio
from tests.factories.papers import paper
from tests.factories.people import fresh_number, merchant, number, staff, user
from tests.factories.programs import (
    answer_file,
    application,
    assignment,
    evaluator,
    lottery_program,
    program,
    scored_program,
    sheet,
)
from tests.factories.sessions import attendance, session
from tests.factories.texts import consent_text

__all__ = [
    "answer_file",
    "application",
    "assignment",
    "attendance",
    "consent_text",
    "consultant",
    "consultation",
    "evaluator",
    "fresh_number",
    "lottery_program",
    "merchant",
    "number",
    "open_house",
    "paper",
    "policy",
    "program",
    "resource",
    "scored_program",
    "session",
    "sheet",
    "staff",
    "studio",
    "user",
]
