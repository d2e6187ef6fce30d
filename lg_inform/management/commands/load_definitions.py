"""`manage.py load_definitions`: bring metrics in line with the reviewed definition files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lg_inform.actions.definitions import DefinitionError, load_definitions
from slip.audit.actors import SYSTEM


class Command(BaseCommand):
    help = "Load the reviewed metric definitions. Quick when nothing changed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = load_definitions(by=SYSTEM)
        except DefinitionError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{changed} metric definitions new or changed.")
