from django.urls import path

from programs import views

urlpatterns = [path("", views.program_list, name="program_list")]
