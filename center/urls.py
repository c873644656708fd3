from django.contrib import admin
from django.urls import include, path

from center import account_views, privacy_views, views

handler400 = "center.views.bad_request"
handler403 = "center.views.forbidden"
handler404 = "center.views.not_found"
handler429 = "center.views.too_many"  # asked for by allauth
handler500 = "center.views.server_error"

urlpatterns = [
    path("", views.front, name="front"),
    path("guide/", views.guide, name="guide"),
    path("notices/", views.notices, name="notices"),
    path("language/<str:code>/", views.language, name="language"),
    path("staff-only/", views.staff_only, name="staff_only"),
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("metrics", views.metrics, name="metrics"),
    path("privacy/", privacy_views.legal_text, {"kind": "privacy"}, name="privacy"),
    path(
        "privacy/<int:version>/",
        privacy_views.legal_text,
        {"kind": "privacy"},
        name="privacy_version",
    ),
    path("terms/", privacy_views.legal_text, {"kind": "terms"}, name="terms"),
    path("terms/<int:version>/", privacy_views.legal_text, {"kind": "terms"}, name="terms_version"),
    path("account/privacy/", include("center.privacy_urls")),
    path("account/safety/", account_views.hub, name="account_safety"),
    path("account/idle/", account_views.idle, name="account_idle"),
    path("account/sessions/", account_views.sessions, name="account_sessions"),
    path("account/sessions/end/", account_views.sessions_end, name="account_sessions_end"),
    path("account/sessions/<int:pk>/end/", account_views.session_end, name="account_session_end"),
    path("account/messages/", include("center.notifications.account_urls")),
    path("account/2fa/", account_views.second_factor, name="account_second_factor"),
    path("account/2fa/webauthn/keys/<int:pk>/remove/", account_views.passkey_remove),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/elsewhere/", include("center.social_urls")),
    path("account/", include("allauth.account.urls")),
    path("accounts/<path:rest>", account_views.at_the_usual_address, name="account_usual"),
    path("admin/", admin.site.urls),
    path("merchants/", include("merchants.urls")),
    path("inbox/", include("center.notifications.urls")),
    path("notifications/", include("center.notifications.hook_urls")),
    path("programs/", include("programs.urls")),
    path("reports/", include("center.reports.dashboard_urls")),
    path("reports/", include("center.reports.edition_urls")),
    path("", include("programs.own_urls")),
    path("", include("programs.session_urls")),
    path("evaluations/", include("programs.evaluation_urls")),
    path("", include("bookings.urls")),
]
