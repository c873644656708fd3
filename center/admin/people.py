from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from center import accounts, roles
from center.access_admin import AccessLoggedAdmin
from center.forms import ProfileCleaning
from center.models import RoleChange, User
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from center.read_only_admin import ReadOnlyAdmin
from center.refusing_admin import RefusingAdmin
from center.resident_number import refuse_resident_numbers
from center.roles import Rights

ROLE_NAMES = [
    (OPERATOR, _("Operator: bookings, approvals, closures")),
    (MANAGER, _("Manager: rules, people, privacy too")),
    (OFFICIAL, _("Official: reports")),
    (EVALUATOR, _("Evaluator: applications assigned")),
]


class PersonForm(ProfileCleaning, forms.ModelForm):
    """What staff may correct about a person, and the person's rights with the reason."""

    roles = forms.MultipleChoiceField(
        label=_("roles"),
        choices=ROLE_NAMES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    may_enter = forms.BooleanField(label=_("may enter the admin"), required=False)
    active = forms.BooleanField(label=_("active"), required=False)
    reason = forms.CharField(
        label=_("reason"),
        help_text=_("Needed when roles or access change; kept for three years."),
        max_length=200,
        required=False,
        validators=[refuse_resident_numbers],
    )
    #: who fills the form in; set by the admin
    by: User

    class Meta:
        model = User
        fields = ["name", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = Rights.of(self.instance)
        self.initial.update(
            roles=sorted(self.before.roles),
            may_enter=self.before.is_staff,
            active=self.before.is_active,
        )

    @property
    def rights(self) -> Rights:
        data = self.cleaned_data
        return Rights(frozenset(data["roles"]), data["may_enter"], data["active"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        for violation in roles.refusals(
            by=self.by,
            whom=self.instance,
            before=self.before,
            to=self.rights,
            reason=data["reason"],
        ):
            self.add_error(violation.field, f"{violation.message} {violation.remedy}".strip())
        return data


@admin.register(User)
class UserAdmin(RefusingAdmin, AccessLoggedAdmin, admin.ModelAdmin):
    """People. Accounts are made by their owners at sign-up and closed, never deleted; names go
    through ``center.accounts``, rights through ``center.roles``."""

    form = PersonForm
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name", "phone"]
    fieldsets = [
        (None, {"fields": ["email", "name", "phone", "last_login"]}),
        (_("Rights"), {"fields": ["roles", "may_enter", "active", "reason"]}),
    ]
    readonly_fields = ["email", "last_login"]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return type(
            "PersonForm", (super().get_form(request, *args, **kwargs),), {"by": request.user}
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        accounts.change_profile(person=obj, name=obj.name, phone=obj.phone)
        roles.change(
            by=request.user,  # type: ignore[arg-type]
            whom=obj,
            to=form.rights,
            reason=form.cleaned_data["reason"],
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(RoleChange)
class RoleChangeAdmin(AccessLoggedAdmin, ReadOnlyAdmin, admin.ModelAdmin):
    """Grants, changes and revocations of rights, kept for three years."""

    list_display = ["at", "by_label", "whom_label", "rights_before", "rights_after", "reason"]
    search_fields = ["by_label", "whom_label", "reason"]
    date_hierarchy = "at"

    @admin.display(description=_("before"))
    def rights_before(self, change: RoleChange) -> str:
        return _in_words(change.before)

    @admin.display(description=_("after"))
    def rights_after(self, change: RoleChange) -> str:
        return _in_words(change.after)


def _in_words(rights: dict[str, Any]) -> str:
    names = {role: str(name).partition(":")[0] for role, name in ROLE_NAMES}
    words = [names.get(role, role) for role in rights["roles"]]
    words += [str(_("may enter the admin"))] if rights["is_staff"] else []
    words += [] if rights["is_active"] else [str(_("not active"))]
    return ", ".join(words) or "–"
