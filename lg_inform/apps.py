from django.apps import AppConfig


class LgInformConfig(AppConfig):
    name = "lg_inform"
    verbose_name = "LG Inform"
    # Figures are counted in tens of millions of rows: four-byte keys keep them narrow.
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        from slip.operations.benchmarks import register_benchmark

        register_benchmark("scorecard", "lg_inform.benchmarks.scorecard.measure")
        register_benchmark("full-size", "lg_inform.benchmarks.full_size.measure")
        register_benchmark("import", "lg_inform.benchmarks.imports.measure")
