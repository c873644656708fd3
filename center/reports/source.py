"""Where the figures of a page are counted, in words for its reader."""

from __future__ import annotations

from django.utils.translation import gettext as _

from center import replica


def words() -> str:
    """Nothing where there is only one database to count on."""
    standing = replica.standing()
    if standing is None:
        return ""
    if standing.is_used:
        return _("Counted on the copy for reports, which is %(n)d seconds behind.") % {
            "n": standing.seconds or 0
        }
    if standing.strayed:
        return _("Counted on the main database, as the copy for reports no longer follows it.")
    if standing.lag is None:
        return _("Counted on the main database, as the copy for reports cannot be reached.")
    return _("Counted on the main database, as the copy for reports is too far behind.")
