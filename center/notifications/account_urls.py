from django.urls import path

from center.notifications import account_views

urlpatterns = [
    path("", account_views.preferences, name="account_messages"),
]
