"""A page of a paper as a picture for the browser."""

from __future__ import annotations

from dataclasses import dataclass

from merchants.papers.limits import Refused
from merchants.papers.workshop import look_at

#: pixels; the widest is for reading the small print
MIN_WIDTH, MAX_WIDTH = 80, 2400


@dataclass(frozen=True)
class Preview:
    content: bytes
    content_type: str


class NoSuchPage(LookupError):
    """The paper has fewer pages."""


class NotDrawn(Exception):
    """The page cannot be drawn, or not now; the paper itself can still be downloaded."""


class NotNow(NotDrawn):
    """Others are being drawn."""


def draw(content: bytes, content_type: str, *, page: int = 1, width: int = 1200) -> Preview:
    """Page ``page`` (from 1) of a stored paper, ``width`` pixels wide at most.

    ``width`` is brought between MIN_WIDTH and MAX_WIDTH. Raises NoSuchPage and NotDrawn,
    NotNow at once where the workshop's places are taken.
    """
    width = min(max(width, MIN_WIDTH), MAX_WIDTH)
    try:
        done = look_at("draw", content, content_type=content_type, page=page, width=width)
    except Refused as refused:
        if refused.code == "no_such_page":
            raise NoSuchPage(page) from refused
        if refused.code == "paper_busy":
            raise NotNow(refused.code) from refused
        raise NotDrawn(refused.code) from refused
    return Preview(done.content, done.facts["content_type"])
