from django.urls import path

from slip.design_system import views

app_name = "design_system"
urlpatterns = [path("", views.gallery, name="gallery")]
