"""`manage.py bench NAME`: each figure beside its floor, in one run."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from slip.operations.benchmarks import benchmark_called, benchmark_names


class Command(BaseCommand):
    help = "Measure a main job beside its floor. With --json the last line is one JSON object."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=benchmark_names())
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
        parser.add_argument("--rounds", type=int, default=15, help="rounds whose median is taken (default 15)")
        parser.add_argument("--metrics", type=int, default=850, help="how many metrics for `full-size` (default 850)")
        parser.add_argument("--periods", type=int, default=10, help="how many periods for `full-size` (default 10)")
        parser.add_argument("--folder", help="folder of source files, for `import`")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if options["rounds"] < 1:
            raise CommandError("--rounds must be 1 or more.")
        outcome = benchmark_called(name)(options, self.stdout)
        verdict = "within" if outcome.ratio <= outcome.target else "over"
        self.stdout.write(f"{name}: {outcome.ratio:.2f} times its floor, {verdict} the target of {outcome.target:g}.")
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(name)))
