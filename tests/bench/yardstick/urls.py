from django.urls import path

from tests.bench.yardstick import views

urlpatterns = [
    path("hello", views.hello),
    path("week/<int:resource_id>", views.week, name="week"),
    path("book/<int:resource_id>", views.book, name="book"),
]
