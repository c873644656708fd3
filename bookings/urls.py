from django.urls import path

from bookings.views import feedback, merchant, spaces

urlpatterns = [
    path("spaces/", spaces.space_list, name="space_list"),
    path("spaces/<slug:slug>/", spaces.space, name="space"),
    path("spaces/<slug:slug>/slots.json", spaces.slots_json, name="slots_json"),
    path("spaces/<slug:slug>/hold/", merchant.hold, name="hold"),
    path("feedback/<str:token>/", feedback.answer, name="feedback"),
    path("bookings/", merchant.booking_list, name="booking_list"),
    path("bookings/<slug:reference>/", merchant.booking_detail, name="booking"),
    path("bookings/<slug:reference>/confirm/", merchant.confirm, name="booking_confirm"),
    path("bookings/<slug:reference>/cancel/", merchant.booking_cancel, name="booking_cancel"),
    path("bookings/<slug:reference>/change/", merchant.booking_change, name="booking_change"),
    path(
        "bookings/<slug:reference>/calendar.ics", merchant.booking_calendar, name="booking_calendar"
    ),
    path("bookings/<slug:reference>/qr.svg", merchant.booking_qr, name="booking_qr"),
]
