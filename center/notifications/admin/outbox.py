"""The staff's view of the outbox: what waits, what went wrong, and trying again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from center import clock, display
from center.access_admin import AccessLoggedAdmin
from center.admin_site import CenterAdminSite, Errand, Line
from center.models import User
from center.notifications import channels, kinds, selectors, services
from center.notifications.channels.email import address_of
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import INBOX, Message, MessageQuerySet


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.key, str(kind.name)) for kind in kinds.every()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ChannelFilter(admin.SimpleListFilter):
    """From the code: asking a long table for its different channels reads all of it."""

    title = _("channel")
    parameter_name = "channel"
    #: every channel that leads out of the house
    OUT = "out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        named = [(name, channels.name_of(name)) for name in channels.names()]
        return [*named, (self.OUT, _("All but the inbox"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() == self.OUT:
            return queryset.exclude(channel=INBOX)
        return queryset.filter(channel=self.value()) if self.value() else queryset


class TurnFilter(admin.SimpleListFilter):
    """What is to go out, as the page of the outbox counts it."""

    title = _("its turn")
    parameter_name = "turn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("due", _("Due now")),
            ("later", _("Due later")),
            ("again", _("Will be tried again")),
            ("lost", _("Given up, and not told another way")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        now, messages = clock.now(), cast(MessageQuerySet, queryset)
        wanted = {"due": messages.due, "later": messages.later, "again": messages.again}
        if self.value() == "lost":
            return messages.lost()
        chosen = wanted.get(self.value() or "")
        return chosen(now) if chosen else queryset


@admin.register(Message)
class MessageAdmin(AccessLoggedAdmin, admin.ModelAdmin):
    """Rows to read, without what they say and without whole addresses."""

    list_display = ["number", "kind_name", "channel_name", "to", "state", "due", "last_error"]
    list_filter = ["state", TurnFilter, ChannelFilter, KindFilter]
    list_select_related = ["recipient"]
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    ordering = ["-pk"]
    asked_by_links = ("sent_at__gte", "sent_at__lt")
    search_fields = ["=recipient__email", "=address", "=dedupe_key"]
    search_help_text = _("The whole e-mail address or mobile number, in digits")
    actions = ["retry"]
    fields = [
        "kind_name",
        "channel_name",
        "to",
        "subject",
        "language",
        "state",
        "created_at",
        "due_at",
        "useless_after",
        "attempts",
        "last_error",
        "sent_at",
        "delivered_at",
        "read_at",
        "provider_id",
        "dedupe_key",
    ]

    @admin.display(description=_("number"), ordering="pk")
    def number(self, message: Message) -> int:
        return message.pk

    @admin.display(description=_("kind"), ordering="kind")
    def kind_name(self, message: Message) -> str:
        return message.kind_name

    @admin.display(description=_("channel"), ordering="channel")
    def channel_name(self, message: Message) -> str:
        return channels.name_of(message.channel)

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, message: Message) -> str:
        return display.moment(message.due_at)

    @admin.display(description=_("recipient"))
    def to(self, message: Message) -> str:
        """Enough to recognise somebody one knows: ``ho***@example.com``, ``010***78``."""
        address = message.address or address_of(message)
        name, at, host = address.rpartition("@")
        if at:
            return f"{name[:2]}***@{host}"
        return f"{address[:3]}***{address[-2:]}" if address else "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The action needs it; a single message is for reading."""
        return obj is None and super().has_change_permission(request)

    @admin.action(description=_("Try again"), permissions=["change"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """All that are ticked, or the whole list, at once."""
        chosen = queryset.count()
        done = services.retry_all(messages=cast(MessageQuerySet, queryset))
        if done:
            said = ngettext(
                "%(n)d message is tried again.", "%(n)d messages are tried again.", done
            )
            self.message_user(request, said % {"n": done}, messages.SUCCESS)
        if left := chosen - done:
            said = ngettext(
                "%(n)d of them is not given up, or was told another way, and stays as it is.",
                "%(n)d of them are not given up, or were told another way, and stay as they are.",
                left,
            )
            self.message_user(request, said % {"n": left}, messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path("queue/", site.admin_view(self.queue_view), name="notifications_queue"),
            path("test/", site.admin_view(require_POST(self.test_view)), name="notifications_test"),
            *super().get_urls(),
        ]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """How the outbox is doing at this moment."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Outbox"),
            "opts": self.opts,
            "outbox": selectors.outbox_now(),
            "hours": selectors.sent_per_hour(),
        }
        return TemplateResponse(request, "admin/notifications/queue.html", context)

    def test_view(self, request: HttpRequest) -> HttpResponse:
        """Send the person who presses the button a message, the whole way."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        person, now = cast(User, request.user), clock.now()
        with transaction.atomic():
            services.queue(
                kind=TEST_MESSAGE,
                recipient=person,
                context={"name": person.get_short_name(), "asked_at": now},
                dedupe_key=f"test:{person.pk}:{now.isoformat()}",
                language=request.LANGUAGE_CODE,
            )
        self.message_user(request, _("The test message is on its way to you."), messages.SUCCESS)
        return redirect("admin:notifications_queue")


def _undeliverable() -> Iterator[Line]:
    """Messages that were given up and told nobody another way. 1 query."""
    n = Message.objects.lost().count()
    if n:
        said = ngettext(
            "%(n)d message could not be delivered.", "%(n)d messages could not be delivered.", n
        )
        address = reverse("admin:notifications_message_changelist")
        yield Line(said % {"n": n}, f"{address}?turn=lost")


cast("CenterAdminSite", admin.site).add_errand(Errand("notifications.view_message", _undeliverable))
