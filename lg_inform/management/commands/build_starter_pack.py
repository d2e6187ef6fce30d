"""`manage.py build_starter_pack`: write what stands published as the pack that ships with the project."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from lg_inform.actions.starter_pack import PACK, build_starter_pack


class Command(BaseCommand):
    help = "Write the published figures and neighbours as the starter pack (see docs/how-to/build-the-starter-pack.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=PACK)

    def handle(self, *args: Any, **options: Any) -> None:
        figures, neighbours = build_starter_pack(folder=options["folder"])
        self.stdout.write(f"Wrote {figures:,} figures and {neighbours:,} neighbours to {options['folder']}.")
