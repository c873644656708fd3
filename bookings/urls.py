from django.urls import path

from bookings.views import calendars, door, feedback, merchant, no_shows, series, spaces, waiting

urlpatterns = [
    path("door/", door.today, name="door"),
    path("door/enrol/", door.enrol, name="door_enrol"),
    path("door/shell/", door.shell, name="door_shell"),
    path("door/worker.js", door.worker, name="door_worker"),
    path("door/check-in/", door.check_in, name="door_in"),
    path("door/check-out/", door.check_out, name="door_out"),
    path("spaces/", spaces.space_list, name="space_list"),
    path("spaces/<slug:slug>/", spaces.space, name="space"),
    path("spaces/<slug:slug>/slots.json", spaces.slots_json, name="slots_json"),
    path("spaces/<slug:slug>/hold/", merchant.hold, name="hold"),
    path("spaces/<slug:slug>/series/", series.series_new, name="series_new"),
    path("waiting/", waiting.entries, name="waiting"),
    path("waiting/join/", waiting.join, name="waiting_join"),
    path("waiting/<int:pk>/leave/", waiting.leave, name="waiting_leave"),
    path("offers/<str:token>/", waiting.offer, name="offer"),
    path("feedback/<str:token>/", feedback.answer, name="feedback"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
    path("account/calendars/", calendars.calendar_list, name="account_calendars"),
    path("bookings/", merchant.booking_list, name="booking_list"),
    path("bookings/no-shows/", no_shows.no_show_list, name="no_show_list"),
    path("bookings/no-shows/<slug:reference>/", no_shows.no_show, name="no_show"),
    path("bookings/series/", series.series_list, name="series_list"),
    path("bookings/series/<int:pk>/", series.series_detail, name="series"),
    path("bookings/<slug:reference>/", merchant.booking_detail, name="booking"),
    path("bookings/<slug:reference>/confirm/", merchant.confirm, name="booking_confirm"),
    path("bookings/<slug:reference>/cancel/", merchant.booking_cancel, name="booking_cancel"),
    path("bookings/<slug:reference>/change/", merchant.booking_change, name="booking_change"),
    path(
        "bookings/<slug:reference>/calendar.ics", merchant.booking_calendar, name="booking_calendar"
    ),
    path("bookings/<slug:reference>/qr.svg", merchant.booking_qr, name="booking_qr"),
]
