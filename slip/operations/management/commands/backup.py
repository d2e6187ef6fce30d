"""`manage.py backup FILE`: the database and the uploaded files, in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from slip.operations.backups import BackupError, make_backup


class Command(BaseCommand):
    help = "Write the database and the uploaded files to one file. Run as the owner of the database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; it must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make_backup(options["file"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        uploads = "uploaded files are kept elsewhere and are not in it"
        if not manifest.media_elsewhere:
            uploads = f"{len(manifest.files) - 1:,} uploaded files"
        rows = sum(manifest.tables.values())
        self.stdout.write(f"Wrote {options['file']}: {rows:,} rows of {len(manifest.tables)} tables; {uploads}.")
