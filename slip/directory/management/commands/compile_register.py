"""Compile the shipped register from published lists."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from slip.directory.importers.compilation import compile_from
from slip.directory.importers.sources import SourceMissing
from slip.directory.register_files import REGISTER_FOLDER, write_register


class Command(BaseCommand):
    help = "Compile the council register from a folder of published lists (docs/how-to/compile-the-register.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Folder with register/, boundaries/ and indicators/.")
        parser.add_argument(
            "--to", type=Path, default=REGISTER_FOLDER, help="Where to write (default: the shipped files)."
        )

    def handle(self, *args: Any, folder: Path, to: Path, **options: Any) -> None:
        try:
            compilation = compile_from(folder)
        except SourceMissing as error:
            raise CommandError(str(error)) from error
        write_register(compilation.register, to)
        for remark in compilation.remarks:
            self.stdout.write(remark)
        sizes = ", ".join(f"{len(rows):,} rows of {row_type.file}" for row_type, rows in compilation.register.files())
        self.stdout.write(f"Wrote {sizes}; {len(compilation.remarks)} remarks above.")
