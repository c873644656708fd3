"""Rich text of calls: cleaned when it is saved, and once more when it is shown.

Only what a description needs survives: no scripts, styles, frames, forms, pictures from
elsewhere, ids or classes; links lead to web, mail or telephone and name no opener.
"""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe

_TAGS = {
    *("p", "br", "h2", "h3", "ul", "ol", "li", "strong", "b", "em", "i", "a", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
_ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
#: invisible letters that turn the direction of what follows around (bidi overrides, isolates)
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def clean(html: str) -> str:
    """What may be kept of ``html``; what is plain text gets paragraphs."""
    html = html.replace("\0", "").translate(_TURNING).strip()
    if html and "<" not in html:
        html = "".join(f"<p>{line}</p>" for line in html.splitlines() if line.strip())
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def shown(html: str) -> SafeString:
    """For templates: cleaned again, whatever way it came into the database."""
    return mark_safe(clean(html))  # noqa: S308  (nh3 has just cleaned it)
