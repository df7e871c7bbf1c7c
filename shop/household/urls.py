from django.urls import path

from shop.household import views

app_name = "household"
urlpatterns = [
    path("", views.statement, name="statement"),
    path("enter/", views.enter, name="enter"),
    path("statement.csv", views.download, name="download"),
    path("received/", views.received, name="received"),
    path("dispute/", views.dispute, name="dispute"),
    path("leave/", views.leave, name="leave"),
]
