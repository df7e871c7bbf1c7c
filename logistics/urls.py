from django.urls import path

from logistics import views

app_name = "centre"
urlpatterns = [
    path("", views.home, name="home"),
    path("scan/", views.scan, name="scan"),
    path("parcels/<str:waybill>/", views.parcel, name="parcel"),
    path("parcels/<str:waybill>/deliver/", views.deliver, name="deliver"),
]
