"""`manage.py restore FILE`: the database and the uploaded files as they were when the backup was made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from slip.operations.backups import BackupError, restore_backup


class Command(BaseCommand):
    help = "Put back what `backup` wrote, all or nothing. Run as the owner of the database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")
        parser.add_argument("--replace", action="store_true", help="drop what the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore_backup(options["file"], replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.tables.values())
        self.stdout.write(
            f"Restored the backup of {manifest.made_at}: {rows:,} rows of {len(manifest.tables)} tables. "
            "If the program is newer than the backup, run manage.py migrate now."
        )
