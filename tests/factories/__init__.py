"""Objects for tests: plain, verified, without surprises."""

from tests.factories.house import open_house, policy, resource, studio
from tests.factories.people import merchant, staff, user

__all__ = ["merchant", "open_house", "policy", "resource", "staff", "studio", "user"]
