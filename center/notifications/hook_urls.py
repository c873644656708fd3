"""Addresses that need no log-in: the provider's reports, the link that stops advertisements."""

from django.urls import path

from center.notifications import hooks

urlpatterns = [
    path("solapi/<str:secret>/", hooks.solapi, name="solapi_reports"),
    path("stop/<str:token>/", hooks.stop, name="news_stop"),
]
