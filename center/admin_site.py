from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from center.models import User


def _is_unreadable(name: str, value: str) -> bool:
    if "\0" in name + value or (name == TO_FIELD_VAR and not value):
        return True
    return name.endswith("__year") and not re.fullmatch(r"(19|20)[0-9]{2}", value)


def _refuse_strange_rows(request: HttpRequest, model: type[Model]) -> None:
    """No page sends what is no key of a row, and the admin would ask the database for it."""
    for ticked in request.POST.getlist(ACTION_CHECKBOX_NAME):
        try:
            model._meta.pk.to_python(ticked)
        except ValidationError:
            raise BadRequest from None


@dataclass(frozen=True)
class AdminPage:
    """A page of the admin that is no model's, at ``/admin/<address>``.

    Reversed as ``admin:<name>``. With a title it stands in the menu of those who may open it.
    """

    address: str
    name: str
    view: Callable[..., HttpResponseBase]
    permission: str
    title: str | Promise = ""


#: apps whose models the admin does not show, superusers included: addresses, keys and sessions
#: are their owners' (support goes through services, which are logged), and roles are code
_CLOSED = {"account", "auth", "mfa", "socialaccount", "usersessions"}


class Line(NamedTuple):
    """A sentence, and the address where it is seen to; what is urgent stands first."""

    said: str
    address: str
    urgent: bool = False


@dataclass(frozen=True)
class Errand:
    """What waits for those who have the permission, as the first page of the admin says it:
    ``find`` gives lines, or sentences and addresses alone, in a fixed number of queries."""

    permission: str
    find: Callable[[], Iterable[tuple[str, str] | Line]]


class Item(NamedTuple):
    """A row of a panel. ``act`` is the address of the one step that is due, if one is."""

    when: str
    name: str
    address: str
    note: str
    word: str
    style: str
    act: str = ""
    act_word: str = ""


@dataclass(frozen=True)
class Panel:
    """A list of the day, with the number of all of it and the address of the whole; ``none``
    is said where it is empty."""

    title: str
    count: int
    address: str
    items: Sequence[Item]
    none: str


@dataclass(frozen=True)
class Outlook:
    """Panels of an app for those who have the permission. ``find`` asks a fixed number of
    queries and writes the access record of whom it shows."""

    permission: str
    find: Callable[[HttpRequest], Iterable[Panel]]


class CenterAdminSite(admin.AdminSite):
    """The admin behind the one log-in of the house."""

    site_header = _("Center administration")
    site_title = _("Center administration")
    index_title = _("Today")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pages: list[AdminPage] = []
        self._errands: list[Errand] = []
        self._outlooks: list[Outlook] = []

    def add_page(self, page: AdminPage) -> None:
        """Called in an app's ``admin`` module, as ``register`` is for models."""
        self._pages.append(page)

    def add_errand(self, errand: Errand) -> None:
        """Called in an app's ``admin`` module as well."""
        self._errands.append(errand)

    def add_outlook(self, outlook: Outlook) -> None:
        """Called in an app's ``admin`` module as well."""
        self._outlooks.append(outlook)

    def lines_for(self, person: User | AnonymousUser) -> list[Line]:
        """What waits for somebody, the urgent first; in a fixed number of queries."""
        waiting = [e.find() for e in self._errands if person.has_perm(e.permission)]
        lines = [Line(*line) for found in waiting for line in found]
        return sorted(lines, key=lambda line: not line.urgent)

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The day as it stands and what waits, the urgent first, before everything else."""
        may = request.user.has_perm
        today = {
            "errands": self.lines_for(request.user),
            "panels": [p for o in self._outlooks if may(o.permission) for p in o.find(request)],
        }
        return super().index(request, {**today, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        pages = [path(p.address, self.admin_view(_permitted(p)), name=p.name) for p in self._pages]
        return [*pages, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The daily work comes before the models."""
        apps: list[Any] = super().get_app_list(request, app_label)
        work = [p for p in self._pages if p.title and request.user.has_perm(p.permission)]
        if app_label is not None or not work:
            return apps
        home = {"name": _("Daily work"), "app_label": "work", "app_url": reverse("admin:index")}
        return [{**home, "has_module_perms": True, "models": [_entry(p) for p in work]}, *apps]

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Everything but what is closed, which Django and allauth would show to superusers."""
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        if not {model._meta.app_label for model in models} & _CLOSED:
            super().register(model_or_iterable, *args, **options)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No form asks here, and what is found here would be seen without a record."""
        raise Http404

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """One way for everybody: it counts failures and tells the person by mail."""
        return redirect("account_change_password")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse addresses that lists and forms would choke on: NUL, years no calendar has,
        a field without a name; and ticked rows that are none."""

        @functools.wraps(view)
        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            said = [*request.GET.items(), (TO_FIELD_VAR, request.POST.get(TO_FIELD_VAR, "pk"))]
            if any(_is_unreadable(name, str(value)) for name, value in said):
                raise BadRequest
            if isinstance(owner := getattr(view, "__self__", None), ModelAdmin):
                _refuse_strange_rows(request, owner.model)
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return super().admin_view(readable, cacheable)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the house's log-in; somebody who may not enter hears so there."""
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = resolve_url("admin:index")
        if request.user.is_authenticated and not self.has_permission(request):
            return redirect("staff_only")
        return redirect(f"{resolve_url('account_login')}?{urlencode({'next': target})}")


def _permitted(page: AdminPage) -> Callable[..., HttpResponseBase]:
    """The page's view for those who have its permission; 403 for other staff."""

    @functools.wraps(page.view)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(page.permission):
            raise PermissionDenied
        return page.view(request, *args, **kwargs)

    return view


def _entry(page: AdminPage) -> dict[str, Any]:
    """A page as the admin's menu lists models."""
    return {
        "name": page.title,
        "object_name": page.name,
        "admin_url": reverse(f"admin:{page.name}"),
        "add_url": None,
        "view_only": True,
        "perms": {"view": True},
    }
