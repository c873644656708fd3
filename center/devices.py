"""Which device a log-in came from, in words its owner knows."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first that matches: most browsers also claim to be Chrome and Safari.
_BROWSERS = (
    ("KAKAOTALK", gettext_lazy("KakaoTalk")),
    ("NAVER(", gettext_lazy("Naver app")),
    ("SamsungBrowser/", gettext_lazy("Samsung Internet")),
    ("Whale/", gettext_lazy("Naver Whale")),
    ("Edg", gettext_lazy("Edge")),
    ("Firefox/", gettext_lazy("Firefox")),
    ("FxiOS/", gettext_lazy("Firefox")),
    ("CriOS/", gettext_lazy("Chrome")),
    ("Chrome/", gettext_lazy("Chrome")),
    ("Safari/", gettext_lazy("Safari")),
)
_SYSTEMS = (
    ("iPhone", gettext_lazy("iPhone")),
    ("iPad", gettext_lazy("iPad")),
    ("Android", gettext_lazy("Android phone or tablet")),
    ("Windows", gettext_lazy("Windows computer")),
    ("Macintosh", gettext_lazy("Mac")),
    ("CrOS", gettext_lazy("Chromebook")),
    ("Linux", gettext_lazy("Linux computer")),
)


def in_words(user_agent: str) -> str:
    """``Windows computer, Chrome``, from what a browser says of itself."""
    found = (
        next((str(name) for sign, name in table if sign in user_agent), "")
        for table in (_SYSTEMS, _BROWSERS)
    )
    return ", ".join(filter(None, found)) or _("Unknown device")
