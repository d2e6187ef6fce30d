from django.urls import path

from slip.operations import health

app_name = "operations"
urlpatterns = [
    path("live/", health.live, name="live"),
    path("ready/", health.ReadyView.as_view(), name="ready"),
]
