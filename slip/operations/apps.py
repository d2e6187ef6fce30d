from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OperationsConfig(AppConfig):
    name = "slip.operations"
    label = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from slip.operations.grants import grant_to_app_role

        post_migrate.connect(grant_to_app_role, dispatch_uid="slip.operations.grants")
