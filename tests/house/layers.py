"""The order of the house as pyproject.toml states it, for edges that import-linter cannot see."""

import tomllib
from functools import lru_cache
from pathlib import Path

from django.conf import settings


@lru_cache
def layers() -> dict[str, int]:
    """Package to the number of its layer, 0 at the top. The first import contract is the one place that says so."""
    contract = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"][0]
    assert contract["type"] == "layers"
    return {name.strip(" ()"): number for number, layer in enumerate(contract["layers"]) for name in layer.split("|")}


def points_down(source: str, target: str) -> bool:
    """Whether one package may lean on another: it lies higher up, or is the same one."""
    return source == target or layers()[source] < layers()[target]
