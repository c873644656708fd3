"""The admin of the house; a module per noun."""

from center.admin import access, notices, people, texts

__all__ = ["access", "notices", "people", "texts"]
