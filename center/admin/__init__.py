"""The admin of the house; a module per noun."""

from center.admin import access, errands, notices, people, rights, texts

__all__ = ["access", "errands", "notices", "people", "rights", "texts"]
