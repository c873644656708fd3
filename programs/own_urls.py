"""Pages of programs with addresses of their own, beside ``/programs/``."""

from django.urls import path

from programs.views import outcomes

urlpatterns = [
    path("outcomes/satisfaction/<str:token>/", outcomes.satisfaction, name="satisfaction"),
    path("outcomes/<str:token>/", outcomes.outcome, name="outcome"),
]
