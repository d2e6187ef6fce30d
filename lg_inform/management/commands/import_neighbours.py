"""`manage.py import_neighbours FILE --vintage "May 2025"`: load a published list of councils that are alike."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lg_inform.actions.neighbours import load_neighbours
from lg_inform.importers import Refusal
from slip.audit.actors import SYSTEM


class Command(BaseCommand):
    help = "Load nearest neighbours from the ONS workbook, the DfE workbook or the portal's own CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--vintage", required=True, help="when the list was published, for instance “May 2025”")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            loaded = load_neighbours(path=options["file"], vintage=options["vintage"], by=SYSTEM)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for key, count in loaded.items():
            self.stdout.write(f"{key}: {count:,} neighbours loaded." if count else f"{key}: nothing new.")
