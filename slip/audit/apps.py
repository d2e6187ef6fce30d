from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "slip.audit"
    label = "audit"
    verbose_name = "Audit"
