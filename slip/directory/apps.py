from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "slip.directory"
    label = "directory"
    verbose_name = "Directory"
