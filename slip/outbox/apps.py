from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "slip.outbox"
    label = "outbox"
    verbose_name = "Outbox"
