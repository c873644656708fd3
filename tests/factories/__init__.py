"""Objects for tests: plain, verified, without surprises."""

from tests.factories.house import open_house, policy, resource, studio
from tests.factories.people import merchant, number, staff, user

__all__ = ["merchant", "number", "open_house", "policy", "resource", "staff", "studio", "user"]
