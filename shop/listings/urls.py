from django.urls import path

from shop.listings import views

app_name = "listings"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("accept/", views.accept_many, name="accept_many"),
    path("<int:pk>/", views.revision, name="revision"),
    path("<int:pk>/<slug:name>/", views.decide, name="decide"),
]
