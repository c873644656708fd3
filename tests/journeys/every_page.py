"""Which person opens which page of the URL map, and where the demo has what it needs.

An address belongs to ``PAGES``; to ``RARE`` where the demo has nothing to show on it; to
``ON_THE_WAY`` where a journey looks at it on its way; or it is no page.
"""

from __future__ import annotations

import contextlib

from django.apps import apps

from tests.fuzz.addresses import templates
from tests.journeys.on_the_way import ON_THE_WAY

NOBODY = ""
MERCHANT, NEWCOMER = "merchant@example.com", "newcomer@example.com"
MANAGER, OFFICIAL = "manager@example.com", "official@example.com"
EVALUATOR = "evaluator@example.com"

_MINE = (
    "SELECT m.merchant_id FROM merchants_membership m JOIN center_user u ON u.id = m.user_id"
    f" WHERE u.email = '{MERCHANT}'"
)
_OPEN_CALL = (
    "SELECT slug FROM programs_program WHERE state = 'published' AND closes_at > now()"
    " AND opens_at < now() AND NOT EXISTS (SELECT FROM programs_application a"
    f" WHERE a.program_id = programs_program.id AND a.merchant_id IN ({_MINE})) ORDER BY id"
)
_CALL = "SELECT id FROM programs_program WHERE state = 'published' ORDER BY closes_at DESC"
_SCORED = (
    "SELECT p.slug, a.receipt FROM programs_assignment s"
    " JOIN programs_application a ON a.id = s.application_id"
    " JOIN programs_program p ON p.id = a.program_id"
    f" JOIN center_user u ON u.id = s.evaluator_id WHERE u.email = '{EVALUATOR}'"
    " AND s.released_at IS NULL AND s.has_conflict IS NOT TRUE"
    " ORDER BY p.closes_at DESC, a.id"
)
_SESSION = "SELECT id FROM programs_session ORDER BY starts DESC"
_MONTH = "SELECT to_char(date_trunc('month', now()) - interval '1 day', 'YYYY-MM')"


def signed(salt: str, sql: str) -> tuple[str, str]:
    """A page that a signed link opens: the salt of its links, and what is signed."""
    return salt, sql


#: by person; the value finds the parts of the address in the demo: one row, a column each
PAGES: dict[str, dict[str, str | tuple[str, str]]] = {
    NOBODY: {
        "": "",
        "guide/": "",
        "notices/": "",
        "privacy/": "",
        "privacy/<int:version>/": "SELECT 1",
        "terms/": "",
        "terms/<int:version>/": "SELECT 1",
        "spaces/": "",
        "spaces/<slug:slug>/": "SELECT slug FROM bookings_resource ORDER BY id",
        "programs/": "",
        "programs/<slug:slug>/": _OPEN_CALL,
        "certificates/": "",
        "certificates/<str:number>/": "SELECT number FROM programs_certificate",
        "account/signup/": "",
        "account/elsewhere/cancelled/": "",
        "account/inactive/": "",
        "account/confirm-email/": "",
        "account/password/reset/": "",
        "account/password/reset/done/": "",
        "account/password/reset/key/<str:uidb36>-<str:key>/": "SELECT 1, 'ran-out'",
        "account/password/reset/key/done/": "",
        "door/enrol/": "",
        "outcomes/<str:token>/": signed(
            "programs.outcome", "SELECT id FROM programs_outcome ORDER BY state = 'asked' DESC"
        ),
        "outcomes/satisfaction/<str:token>/": signed(
            "programs.satisfaction", "SELECT id FROM programs_application WHERE state = 'completed'"
        ),
        "notifications/stop/<str:token>/": signed(
            "center.notifications.stop_links", "SELECT id FROM center_user"
        ),
        "programs/offers/<str:token>/": signed(
            "programs.offer",
            "SELECT a.receipt || ':' || m.user_id FROM programs_application a"
            " JOIN merchants_membership m USING (merchant_id)",
        ),
    },
    NEWCOMER: {"merchants/register/": "", "merchants/join/": ""},
    MERCHANT: {
        "account/elsewhere/": "",
        "account/calendars/": "",
        "account/logout/": "",
        "account/messages/": "",
        "account/privacy/": "",
        "account/privacy/close/": "",
        "bookings/series/": "",
        "bookings/series/<int:pk>/": f"SELECT id FROM bookings_series WHERE merchant_id IN ({_MINE})",
        "consultations/": "",
        "merchants/me/": "",
        "merchants/me/edit/": "",
        "merchants/me/leave/": "",
        "merchants/members/": "",
        "merchants/members/<int:pk>/hand-over/": "SELECT id FROM merchants_membership"
        f" WHERE merchant_id IN ({_MINE})",
        "merchants/members/<int:pk>/remove/": "SELECT id FROM merchants_membership"
        f" WHERE merchant_id IN ({_MINE})",
        "merchants/papers/": "",
        "partners/": "",
        "partners/<int:pk>/": f"SELECT id FROM programs_partner WHERE merchant_id NOT IN ({_MINE})",
        "partners/mine/": "",
    },
    EVALUATOR: {
        "consulting/absences/": "",
        "evaluations/<slug:slug>/lock/": f"SELECT slug FROM ({_SCORED}) s",
    },
    OFFICIAL: {
        "reports/": "",
        "reports/<report_period:key>/": _MONTH,
        "reports/adhoc/": "",
        "reports/open-data/": "",
    },
    MANAGER: {
        "reports/<report_period:key>/<report_edition:edition>/internal.<report_format:extension>": (
            f"{_MONTH}, 'v1', 'xlsx'"
        ),
        "reports/<report_period:key>/rows/": _MONTH,
        "reports/forms/": "",
        "admin/<str:app_label>/": "SELECT 'bookings'",
        "admin/bookings/booking/import/": "",
        "admin/center/accessrecord/review/": "",
        "admin/center/accessrecord/review/<int:year>-<int:month>.csv": "SELECT extract(year FROM now())::int, extract(month FROM now())::int",
        "admin/certificates/<str:number>.pdf": "SELECT number FROM programs_certificate",
        "admin/equipment/<int:pk>/": "SELECT id FROM bookings_handover ORDER BY id DESC",
        "admin/equipment/out/<int:booking_pk>/<int:unit_pk>/": "SELECT b.id, u.id FROM"
        " bookings_booking b JOIN bookings_allocation a ON a.booking_id = b.id JOIN bookings_unit u"
        " ON u.id = a.unit_id JOIN bookings_resource r ON r.id = u.resource_id"
        " WHERE r.category = 'equipment' AND b.state = 'confirmed' AND b.starts > now()",
        "admin/events/": "",
        "admin/events/<int:pk>/": "SELECT id FROM programs_program WHERE kind = 'live_commerce'",
        "admin/events/<int:pk>/settlements.csv": _CALL,
        "admin/merchants/merchant/import/": "",
        "admin/messages/ways/": "",
        "admin/messages/wording/": "",
        "admin/messages/wording/<str:key>/<str:language>/": "SELECT 'bookings.confirmed', 'ko'",
        "admin/notifications/message/queue/": "",
        "admin/outcomes/": "",
        "admin/outcomes/<int:pk>/": "SELECT id FROM programs_outcome",
        "admin/password_change/done/": "",
        "admin/programs/<int:pk>/applications.csv": _CALL,
        "admin/programs/<int:pk>/form/": _CALL,
        "admin/programs/<int:pk>/sessions/": _CALL,
        "admin/satisfaction/": "",
        "admin/sessions/<int:pk>/": _SESSION,
        "admin/sessions/<int:pk>/files/": "SELECT session_id FROM programs_material",
    },
}

#: acts that answer a POST alone, and what leads elsewhere
ACTS = {
    "account/elsewhere/<int:pk>/disconnect/",
    "account/elsewhere/kakao/",
    "account/elsewhere/kakao/callback/",
    "account/elsewhere/naver/",
    "account/elsewhere/naver/callback/",
    "account/elsewhere/sign-up/",
    "account/privacy/close/now/",
    "account/privacy/consents/<str:kind>/",
    "account/privacy/export/",
    "account/sessions/<int:pk>/end/",
    "accounts/<path:rest>",
    "account/2fa/webauthn/login/",
    "account/confirm-email/<str:key>/",
    "account/login/code/confirm/",
    "account/password/set/",
    "admin/book/visitor/",
    "admin/bookings/booking/import/<int:pk>/run/",
    "admin/login/",
    "admin/password_change/",
    "admin/merchants/merchant/import/<int:pk>/run/",
    "admin/notifications/message/test/",
    "admin/programs/<int:pk>/copy/",
    "admin/schedule/<str:reference>/cancel/",
    "admin/schedule/<str:reference>/check-in/",
    "admin/schedule/<str:reference>/check-out/",
    "admin/schedule/<str:reference>/expect/",
    "admin/schedule/<str:reference>/move/",
    "admin/schedule/<str:reference>/no-show/",
    "admin/schedule/<str:reference>/undo/",
    "admin/selection/<int:pk>/evaluators/remind/",
    "admin/sessions/<int:pk>/call-off/",
    "admin/trainings/<int:pk>/revoke/",
    "admin/visitors/<int:pk>/join/",
    "admin/<str:url>",
    "attend/<int:pk>/<str:token>/",
    "consulting/absences/<int:pk>/withdraw/",
    "door/check-in/",
    "door/check-out/",
    "inbox/read/",
    "joint/<slug:receipt>/<int:pk>/out/",
    "language/<str:code>/",
    "merchants/join/<int:pk>/withdraw/",
    "merchants/me/discard/",
    "merchants/members/invitations/<int:pk>/withdraw/",
    "merchants/members/requests/<int:pk>/",
    "merchants/papers/<slug:code>/",
    "merchants/papers/<uuid:public_id>/<int:position>/remove/",
    "merchants/register/check/",
    "notifications/solapi/<str:secret>/",
    "partners/leave/",
    "reports/<report_period:key>/cancel/<int:pk>/",
    "reports/<report_period:key>/freeze/",
    "reports/adhoc/<int:pk>/remove/",
    "reports/adhoc/save/",
    "reports/forms/<int:pk>/remove/",
    "reports/subscriptions/<slug:every>/",
    "spaces/<slug:slug>/hold/",
    "waiting/<int:pk>/leave/",
}
#: parts of pages that scripts ask for, pictures, files, and answers for machines
FILES = {
    "account/2fa/recovery-codes/download/",
    "account/idle/",
    "admin/autocomplete/",
    "admin/bookings/booking/import/<int:pk>/errors.csv",
    "admin/bookings/booking/import/template.xlsx",
    "admin/bookings/unit/ledger.csv",
    "admin/equipment/photos/<int:pk>.jpg",
    "admin/jsi18n/",
    "admin/merchants/merchant/import/<int:pk>/errors.csv",
    "admin/merchants/merchant/import/template.xlsx",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "admin/schedule/events.json",
    "attend/screen/<int:pk>/code/",
    "bookings/<slug:reference>/calendar.ics",
    "bookings/<slug:reference>/qr.svg",
    "calendar/<str:token>.ics",
    "consultations/<slug:reference>/report.pdf",
    "door/attend/code/",
    "door/worker.js",
    "evaluations/<slug:slug>/<slug:receipt>/files/<uuid:public_id>/",
    "evaluations/<slug:slug>/<slug:receipt>/photos/<uuid:public_id>.jpg",
    "health/live",
    "joint/answers/<int:pk>/certificate.pdf",
    "health/ready",
    "merchants/addresses/",
    "merchants/papers/<uuid:public_id>/<int:position>/",
    "merchants/papers/<uuid:public_id>/<int:position>/<int:page>.jpg",
    "metrics",
    "programs/<slug:slug>/poster.jpg",
    "programs/applications/<slug:receipt>/certificate.pdf",
    "programs/feed/",
    "programs/files/<uuid:public_id>/",
    "programs/materials/<uuid:public_id>/",
    "programs/photos/<uuid:public_id>.jpg",
    "reports/<report_period:key>/<report_edition:edition>.<report_format:extension>",
    "reports/<report_period:key>/<report_edition:edition>.json",
    "reports/<report_period:key>/<report_edition:edition>/charts/<slug:table>.svg",
    "reports/<report_period:key>/<report_edition:edition>/forms/<int:pk>/",
    "reports/<report_period:key>/rows.csv",
    "reports/<report_period:key>/progress/",
    "reports/adhoc/internal.<table_format:extension>",
    "reports/adhoc/table.<table_format:extension>",
    "reports/charts/<slug:table>.svg",
    "reports/forms/names.csv",
    "reports/open-data/<report_period:key>/<report_edition:edition>/report.json",
    "reports/open-data/<report_period:key>/<report_edition:version>/<slug:part>.csv",
    "reports/open-data/<report_period:key>/<slug:part>.csv",
    "reports/open-data/catalogue.json",
    "spaces/<slug:slug>/slots.json",
}


def unassigned() -> list[str]:
    """Addresses of the map that stand nowhere here, and those here that the map has no more."""
    rare = {template for template, _who in RARE}
    known = {*ACTS, *FILES, *rare, *(t for pages in PAGES.values() for t in pages)}
    known |= {template for looked_at in ON_THE_WAY.values() for template in looked_at}
    there = {*templates(), "account/logout/"} - set(model_pages())
    return sorted(known ^ there)


def model_of(template: str) -> str:
    """The table whose pages the admin makes by itself at the address, ``""`` for any other."""
    parts = template.split("/")
    if parts[0] != "admin" or len(parts) < 4:
        return ""
    with contextlib.suppress(LookupError, ValueError):
        return str(apps.get_model(parts[1], parts[2])._meta.db_table)
    return ""


def model_pages() -> list[str]:
    """Addresses of lists, entries and their forms in the admin."""
    own = {template for pages in PAGES.values() for template in pages}
    own |= ACTS | FILES | {template for template, _who in RARE}
    return [path for path in templates() if model_of(path) and path not in own]


#: what the demo has none of; ``rarities`` makes it and says where it is
RARE = [
    ("merchants/invitations/<str:token>/", NEWCOMER),
    ("joint/<slug:receipt>/", "load192@example.com"),
    ("joint/answers/<int:pk>/", "load191@example.com"),
    ("products/<int:pk>/", MERCHANT),
    ("spaces/<slug:slug>/series/", MERCHANT),
    ("admin/programs/<int:pk>/sessions/repeat/", MANAGER),
    ("admin/visitors/<int:pk>/", MANAGER),
    ("admin/merchants/merchant/<int:pk>/owner/<int:member_pk>/", MANAGER),
    ("admin/merchants/merchant/<int:pk>/requests/<int:request_pk>/", MANAGER),
    ("admin/merchants/merchant/<int:pk>/suspensions/<int:suspension_pk>/lift/", MANAGER),
    ("admin/merchants/merchant/import/<int:pk>/", MANAGER),
    ("admin/bookings/booking/import/<int:pk>/", MANAGER),
]
