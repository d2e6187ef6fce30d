"""Every address of the portal. A house test holds a declared answer for each."""

from django.urls import include, path

urlpatterns = [
    path("health/", include("slip.operations.urls")),
    path("gallery/", include("slip.design_system.urls")),
    path("", include("lg_inform.urls")),
    path("", include("slip.pages.urls")),
]

handler500 = "slip.design_system.views.server_error"
