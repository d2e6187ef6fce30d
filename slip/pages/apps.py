from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "slip.pages"
    label = "pages"
    verbose_name = "Pages"
