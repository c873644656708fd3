"""Addresses that others call: the provider's reports."""

from django.urls import path

from center.notifications import hooks

urlpatterns = [
    path("solapi/<str:secret>/", hooks.solapi, name="solapi_reports"),
]
