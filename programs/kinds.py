"""The kinds of programs: what each asks for and offers, as declarations.

One engine runs all of them. Adding a kind is an entry here, its words in the catalogue and,
where it has something of its own to say on its page, ``templates/programs/kinds/<key>.html``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Applicant(StrEnum):
    """For whom a business applies."""

    BUSINESS = "business"  # itself
    MARKET = "market"  # its market, named in the application
    SHOP = "shop"  # one shop of its own, with its address


class Selection(StrEnum):
    FIRST_COME = "first_come"
    SCORED = "scored"
    LOTTERY = "lottery"


class Paper(StrEnum):
    """What a participant may download at the end."""

    NONE = ""
    COMPLETION = "completion"  # 수료증: attended the set share of the hours
    PARTICIPATION = "participation"  # 참가확인서: took part


@dataclass(frozen=True)
class Kind:
    """One kind of program. ``selection`` is what a new call begins with; staff may change it."""

    key: str
    name: Promise
    promise: Promise
    selection: Selection
    applicant: Applicant = Applicant.BUSINESS
    #: applicants list products with photos, price and stock
    has_products: bool = False
    #: takes place on the web alone, nobody comes to the house
    is_online: bool = False
    #: sessions with attendance
    has_sessions: bool = False
    #: rehearsal and broadcast in the studios, a cue sheet
    has_broadcast: bool = False
    #: a booth for each of the selected
    has_booths: bool = False
    #: wished times and a consultant for each of the selected
    has_consulting: bool = False
    #: sales, orders and viewers are asked for afterwards
    asks_outcome: bool = False
    #: whether the business uses what it learned is asked for afterwards
    asks_use: bool = False
    #: how many days after the end it is asked, each time (``OutcomeStage``)
    stages: tuple[int, ...] = (7, 30, 90)
    paper: Paper = Paper.PARTICIPATION

    @property
    def asks_afterwards(self) -> bool:
        return self.asks_outcome or self.asks_use


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "live_commerce",
            _("Live commerce"),
            _("plan, rehearse and broadcast from our studios"),
            Selection.SCORED,
            has_products=True,
            has_broadcast=True,
            asks_outcome=True,
        ),
        Kind(
            "consulting",
            _("Consulting"),
            _("one to one with an expert, from the product page to delivery"),
            Selection.FIRST_COME,
            has_consulting=True,
            asks_outcome=True,
        ),
        Kind(
            "exhibition_online",
            _("Online exhibition"),
            _("sell together with other merchants in one online event"),
            Selection.SCORED,
            has_products=True,
            is_online=True,
            asks_outcome=True,
        ),
        Kind(
            "exhibition_offline",
            _("Exhibition on site"),
            _("a booth of your own among other merchants"),
            Selection.SCORED,
            has_products=True,
            has_booths=True,
            asks_outcome=True,
        ),
        Kind(
            "social_media",
            _("Social media marketing"),
            _("photos, clips and posts that people share"),
            Selection.SCORED,
            asks_outcome=True,
        ),
        Kind(
            "education",
            _("Education"),
            _("short courses you can use the same day"),
            Selection.FIRST_COME,
            has_sessions=True,
            asks_use=True,
            stages=(30, 90),  # a week is too short to put a lesson to use
            paper=Paper.COMPLETION,
        ),
        Kind(
            "market_online",
            _("Markets going online"),
            _("orders and delivery for the whole market"),
            Selection.SCORED,
            applicant=Applicant.MARKET,
            is_online=True,
            asks_outcome=True,
        ),
        Kind(
            "leading_market",
            _("Leading market of the region"),
            _("support for a market over several years"),
            Selection.SCORED,
            applicant=Applicant.MARKET,
            asks_outcome=True,
        ),
        Kind(
            "smart_shop",
            _("Smart neighbourhood shop"),
            _("unattended tills and entry for shops round the clock"),
            Selection.SCORED,
            applicant=Applicant.SHOP,
            asks_outcome=True,
        ),
        Kind(
            "smart_street",
            _("Smart shopping street"),
            _("kiosks, smart orders and mirrors for a whole street"),
            Selection.SCORED,
            applicant=Applicant.MARKET,
            asks_outcome=True,
        ),
    )
}


def choices() -> list[tuple[str, Promise]]:
    """For forms, in the order of the declarations."""
    return [(kind.key, kind.name) for kind in KINDS.values()]
