"""The registry behind `manage.py bench`: each app measures its own main jobs beside their floors.

A figure is worth something only beside its floor in the same run, as a ratio of medians: these machines are noisy.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import OutputWrapper
from django.utils.module_loading import import_string


@dataclass
class Outcome:
    """What one benchmark found: named medians in seconds, and the ratio that its target is set on."""

    ratio: float
    target: float
    figures: dict[str, Any] = field(default_factory=dict)

    def as_json(self, name: str) -> dict[str, Any]:
        return {"benchmark": name, "ratio": round(self.ratio, 3), "target": self.target, **self.figures}


Benchmark = Callable[[dict[str, Any], OutputWrapper], Outcome]
_REGISTRY: dict[str, str] = {}


def register_benchmark(name: str, path: str) -> None:
    """Offer the benchmark at a dotted path under a name; called from an app's `ready`, imported only when it is run."""
    _REGISTRY[name] = path


def benchmark_names() -> list[str]:
    return sorted(_REGISTRY)


def benchmark_called(name: str) -> Benchmark:
    return import_string(_REGISTRY[name])


def interleaved_medians(subjects: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Median seconds of each subject, taken in turns so that a noisy minute falls on all of them alike."""
    for subject in subjects.values():
        subject()
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            started = time.perf_counter()
            subject()
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in times.items()}
