"""`manage.py load_starter_pack`: publish the figures that ship with the project."""

from typing import Any

from django.core.management.base import BaseCommand

from lg_inform.actions.starter_pack import load_starter_pack
from slip.audit.actors import SYSTEM


class Command(BaseCommand):
    help = "Publish the figures that ship with the project. Quick when they are already there."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(load_starter_pack(by=SYSTEM))
