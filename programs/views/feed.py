"""Calls as a feed, for readers and for other sites of the city."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from center import clock
from programs import selectors, wording
from programs.models import Program

COUNT = 30


class ProgramFeed(Feed):
    """The calls published last, each once."""

    def title(self) -> str:
        return _("Programs of %(house)s") % {"house": settings.CENTER_NAME}

    def description(self) -> str:
        return _("The center runs programs that raise your sales.")

    def link(self) -> str:
        return reverse("program_list")

    def items(self) -> list[Program]:
        rows = selectors.listed(clock.now()).order_by("-published_at", "-pk")
        return list(rows[:COUNT])

    def item_title(self, item: Program) -> str:
        return item.display_title

    def item_description(self, item: Program) -> str:
        return " · ".join(filter(None, (item.display_summary, wording.window(item))))

    def item_pubdate(self, item: Program) -> dt.datetime | None:
        return item.published_at

    def item_guid(self, item: Program) -> str:
        return f"program-{item.pk}"

    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> None:
        return None
