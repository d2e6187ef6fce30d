"""`manage.py decide_import RUN publish|withdraw`: what a person has decided about a doubtful import."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lg_inform.actions.imports import WrongState, publish_import, withdraw_import
from lg_inform.models import ImportRun
from slip.audit.actors import Actor


class Command(BaseCommand):
    help = "Publish a doubtful import, or set it aside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("decision", choices=["publish", "withdraw"])
        parser.add_argument("--by", required=True, help="your name: it is recorded with the decision")

    def handle(self, *args: Any, **options: Any) -> None:
        decide = publish_import if options["decision"] == "publish" else withdraw_import
        try:
            run = decide(run_id=options["run"], by=Actor(key="command-line", name=options["by"]))
        except ImportRun.DoesNotExist as error:
            raise CommandError(f"There is no import {options['run']}.") from error
        except WrongState as error:
            raise CommandError(str(error)) from error
        self.stdout.write(run.message)
