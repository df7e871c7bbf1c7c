from django.urls import path

from shop.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.add, name="add"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/test/", views.ping, name="ping"),
    path("<int:pk>/secret/", views.renew, name="renew"),
    path("<int:pk>/end/", views.end, name="end"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/again/", views.again, name="again"),
]
