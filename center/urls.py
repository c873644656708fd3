from django.contrib import admin
from django.urls import include, path

from center import views

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
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("inbox/", include("center.notifications.urls")),
    path("programs/", include("programs.urls")),
    path("", include("bookings.urls")),
]
