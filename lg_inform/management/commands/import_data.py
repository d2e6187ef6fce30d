"""`manage.py import_data SOURCE FILE`: bring in a published file, or each such file of a folder.

Without --commit it is a trial: the file is read and checked, the quality report printed, and nothing published.
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from lg_inform.actions.imports import receive_file, run_import
from lg_inform.enums import RunState
from lg_inform.importers import IMPORTERS, Refusal
from lg_inform.models import ImportRun
from slip.audit.actors import SYSTEM

_BUSY = (RunState.WAITING, RunState.READING)


class Command(BaseCommand):
    help = "Bring in published figures. A trial unless --commit is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=sorted(IMPORTERS))
        parser.add_argument("file", type=Path, help="a file, or a folder of files of this layout")
        parser.add_argument("--commit", action="store_true", help="publish what is clean")
        parser.add_argument("--here", action="store_true", help="read in this process instead of the worker's")
        parser.add_argument("--wait", type=float, default=600, help="seconds to wait for the worker (default 600)")

    def handle(self, *args: Any, **options: Any) -> None:
        source, here = options["source"], options["here"] or not options["commit"]
        failed = 0
        for path in self._files(IMPORTERS[source], options["file"]):
            try:
                run = receive_file(
                    source=source,
                    path=path,
                    companion=IMPORTERS[source].companion_of(path),
                    by=SYSTEM,
                    trial=not options["commit"],
                    queue=not here,
                )
            except Refusal as refusal:
                self.stdout.write(f"{path.name}: refused. {refusal}")
                failed += 1
                continue
            if here:
                run_import(run_id=run.pk)
            run = self._settled(run, options["wait"])
            call_command("show_import", run.pk, stdout=self.stdout)
            failed += run.state == RunState.REFUSED
        if failed:
            raise CommandError(f"{failed} of the files could not be used; nothing of them was published.")

    def _files(self, importer: Any, path: Path) -> list[Path]:
        if path.is_dir():
            found = sorted(entry for entry in path.iterdir() if entry.is_file() and importer.takes(entry))
            if not found:
                raise CommandError(f"The folder {path} holds no file of this layout.")
            return found
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        return [path]

    def _settled(self, run: ImportRun, seconds: float) -> ImportRun:
        deadline = time.monotonic() + seconds
        while run.state in _BUSY and time.monotonic() < deadline:
            time.sleep(0.2)
            run.refresh_from_db()
        if run.state in _BUSY:
            raise CommandError(
                f"Import {run.pk} of {run.file_name} is kept and promised, but no worker has finished it yet. "
                "It goes on by itself once a worker runs."
            )
        return run
