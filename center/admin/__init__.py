"""The admin of the house; a module per noun."""

from center.admin import access, notices, people, rights, texts

__all__ = ["access", "notices", "people", "rights", "texts"]
