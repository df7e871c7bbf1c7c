from django.urls import path

from shop.official import views

app_name = "official"
urlpatterns = [
    path("", views.income_page, name="income"),
    path("income.csv", views.download, name="download"),
    path("close/", views.close, name="close"),
]
