"""Addresses of the register and of the certifier's room. A certificate's number always holds a digit (see `issue`)."""

from django.urls import path

from certification import room, views

app_name = "certificates"

urlpatterns = [
    path("", views.index, name="index"),
    path("notices/", views.notices, name="notices"),
    path("room/", room.queue, name="queue"),
    path("room/certificates/", room.area_certificates, name="area"),
    path("room/<int:pk>/", room.application, name="application"),
    path("room/<int:pk>/<slug:name>/", room.act, name="act"),
    path("<str:number>/", views.detail, name="detail"),
]
