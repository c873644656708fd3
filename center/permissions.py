"""Roles and what each may do.

A role is a group of the same name, made by migration. What a role may do is written here,
in one readable table, instead of in thousands of permission rows nobody reviews; the
backend below answers ``has_perm`` from it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from center.models import User

OPERATOR, MANAGER, OFFICIAL, EVALUATOR = "operator", "manager", "official", "evaluator"
ROLES = (OPERATOR, MANAGER, OFFICIAL, EVALUATOR)

_OPERATOR = frozenset(
    {
        "bookings.view_booking",
        "bookings.change_booking",
        "bookings.view_allocation",
        "bookings.view_resource",
        "bookings.change_resource",
        "bookings.view_unit",
        "bookings.add_unit",
        "bookings.change_unit",
        "bookings.view_devicecard",
        "bookings.add_devicecard",
        "bookings.change_devicecard",
        "bookings.view_accessory",
        "bookings.add_accessory",
        "bookings.change_accessory",
        "bookings.delete_accessory",
        "bookings.view_handover",
        "bookings.add_handover",
        "bookings.change_handover",
        "bookings.add_damage",
        "bookings.change_damage",
        "bookings.view_training",
        "bookings.add_training",
        "bookings.view_openinghours",
        "bookings.view_specialopening",
        "bookings.add_specialopening",
        "bookings.change_specialopening",
        "bookings.delete_specialopening",
        "bookings.view_holidayoverride",
        "bookings.add_holidayoverride",
        "bookings.change_holidayoverride",
        "bookings.delete_holidayoverride",
        "bookings.view_closure",
        "bookings.add_closure",
        "bookings.delete_closure",
        "bookings.view_policy",
        "bookings.change_noshow",
        "bookings.view_doordevice",
        "bookings.add_doordevice",
        "bookings.change_doordevice",
        "bookings.view_feedback",
        "programs.change_outcome",
        "programs.change_consultation",
        "programs.change_broadcast",
        "programs.view_consultant",
        "programs.add_consultant",
        "programs.change_consultant",
        "programs.view_consultanthours",
        "programs.add_consultanthours",
        "programs.change_consultanthours",
        "programs.delete_consultanthours",
        "programs.view_consultingrule",
        "merchants.view_merchant",
        "merchants.add_registerimport",
        "merchants.view_document",
        "notifications.view_message",
        "notifications.change_message",
        "merchants.verify_merchant",
        "merchants.change_membership",
        "merchants.view_documentkind",
        "programs.view_program",
        "programs.add_program",
        "programs.change_program",
        "programs.delete_program",
        "programs.view_application",
        "programs.change_application",
        "programs.view_session",
        "programs.add_session",
        "programs.change_session",
        "programs.change_attendance",
        "programs.view_certificate",
        "programs.add_certificate",
        "programs.change_certificate",
        "programs.select_application",
        "center.view_notice",
        "center.add_notice",
        "center.change_notice",
        "center.view_rightsrequest",
        "center.change_rightsrequest",
        "reports.view_edition",
        "reports.add_edition",
        "reports.view_full_edition",
        "reports.view_rows",
        "reports.add_officeform",
        "reports.view_yearlytarget",
        "reports.view_outsidefigure",
        "reports.add_outsidefigure",
        "reports.change_outsidefigure",
    }
)
_MANAGER = _OPERATOR | {
    "bookings.add_resource",
    "bookings.add_openinghours",
    "bookings.change_openinghours",
    "bookings.delete_openinghours",
    "bookings.add_policy",
    "bookings.change_policy",
    "bookings.delete_policy",
    "merchants.add_documentkind",
    "merchants.change_documentkind",
    "programs.add_consultingrule",
    "programs.change_consultingrule",
    "notifications.change_kindrule",
    "notifications.add_messagetext",
    "center.view_user",
    "center.change_user",
    "center.view_rolechange",
    "center.view_destruction",
    "center.view_accessrecord",
    "center.view_accessreview",
    "center.add_accessreview",
    "center.view_consent",
    "center.view_consenttext",
    "center.add_consenttext",
    "center.change_consenttext",
    "center.delete_consenttext",
    "center.view_legaltext",
    "center.add_legaltext",
    "center.change_legaltext",
    "center.delete_legaltext",
    "center.delete_notice",
    "reports.add_yearlytarget",
    "reports.change_yearlytarget",
}
PERMISSIONS: dict[str, frozenset[str]] = {
    OPERATOR: _OPERATOR,
    MANAGER: frozenset(_MANAGER),
    OFFICIAL: frozenset({"reports.view_edition"}),
    EVALUATOR: frozenset({"programs.hold_consultation"}),
}


def roles_of(user: User) -> frozenset[str]:
    """The names of the user's roles; read once per request."""
    cached: frozenset[str] | None = getattr(user, "_roles", None)
    if cached is None:
        cached = frozenset(user.groups.values_list("name", flat=True))
        user._roles = cached  # type: ignore[attr-defined]
    return cached


class RoleBackend:
    """Answers permission questions from the table above; never logs anybody in.

    It stands first and has the last word, so no other backend looks for permission rows: there
    are none, and looking would cost every page of staff two queries. Without ``get_user``,
    because no session is its own.
    """

    def authenticate(self, request: HttpRequest | None, **_credentials: Any) -> None:
        """Nobody."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> frozenset[str]:
        """What the person's roles allow; nothing on single objects, as Django's own."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return frozenset()
        return frozenset().union(*(PERMISSIONS.get(role, ()) for role in roles_of(user_obj)))

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """True, or PermissionDenied, which Django takes for a no without asking further."""
        if perm in self.get_all_permissions(user_obj, obj):
            return True
        raise PermissionDenied

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the admin shows the app at all; as ``has_perm``."""
        if any(p.startswith(f"{app_label}.") for p in self.get_all_permissions(user_obj)):
            return True
        raise PermissionDenied
