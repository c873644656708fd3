from django.urls import path

from center.notifications import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.inbox_read_all, name="inbox_read_all"),
    path("<int:pk>/", views.inbox_message, name="inbox_message"),
]
