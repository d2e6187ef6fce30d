"""`manage.py restore_release METRIC PERIOD-END REVISION --by NAME`: let an earlier revision stand again."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lg_inform.actions.publishing import restore_release
from lg_inform.models import Release
from slip.audit.actors import Actor


class Command(BaseCommand):
    help = "Let an earlier revision of a metric's figures for one period stand again. Nothing is copied or removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("metric", help="key of the metric, for instance adult-obesity")
        parser.add_argument("ends_on", type=date.fromisoformat, help="last day of the period, for instance 2023-03-31")
        parser.add_argument("revision", type=int)
        parser.add_argument("--by", required=True, help="your name: it is recorded with the change")

    def handle(self, *args: Any, **options: Any) -> None:
        releases = Release.objects.filter(metric__key=options["metric"], ends_on=options["ends_on"])
        release = releases.filter(revision=options["revision"]).first()
        if release is None:
            there = ", ".join(
                str(number) for number in releases.order_by("revision").values_list("revision", flat=True)
            )
            raise CommandError(f"There is no such revision. Revisions of that period: {there or 'none'}.")
        restore_release(release_id=release.pk, by=Actor(key="command-line", name=options["by"]))
        self.stdout.write(f"Revision {release.revision} stands.")
