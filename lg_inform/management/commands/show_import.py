"""`manage.py show_import [RUN]`: the imports that wait for somebody, or the quality report of one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lg_inform.enums import RunState, Severity
from lg_inform.models import ImportRun

_WAITING = (RunState.WAITING, RunState.READING, RunState.DOUBTFUL)


class Command(BaseCommand):
    help = "List the imports that wait for a worker or a person, or show the quality report of one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"] is None:
            waiting = ImportRun.objects.filter(state__in=_WAITING)
            for run in waiting:
                self.stdout.write(f"{run.pk}  {run.file_name}: {run.get_state_display()}. {run.message}")
            if not waiting:
                self.stdout.write("No import waits for a worker or a person.")
            return
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no import {options['run']}.")
        self.stdout.write(f"{run.file_name}: import {run.pk} {run.get_state_display()}. {run.message}")
        self.stdout.write(
            f"  {run.rows_read:,} rows read, {run.figures_staged:,} figures: {run.added:,} to add, {run.changed:,} to "
            f"change, {run.removed:,} to remove, {run.unchanged:,} as they are."
        )
        for finding in run.findings.all():
            word = "line" if len(finding.lines) == 1 else "lines"
            lines = f" ({word} {', '.join(map(str, finding.lines))})" if finding.lines else ""
            self.stdout.write(f"  {Severity(finding.severity).label}: {finding.message} {finding.extent}{lines}")
