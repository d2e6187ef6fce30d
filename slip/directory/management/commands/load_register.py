"""Load the council register that ships with the project."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from slip.directory.actions import load_register
from slip.directory.register_files import RegisterError


class Command(BaseCommand):
    help = "Bring the directory into line with the shipped council register. Safe to run again; quick when unchanged."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_register()
        except RegisterError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(loaded))
