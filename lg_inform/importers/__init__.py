"""Importers: one small module per published layout. They read and check; they never publish."""

from lg_inform.importers.base import EditionFacts, Importer, Reading, Refusal
from lg_inform.importers.defra_waste import DefraWaste
from lg_inform.importers.ons_els import OnsExploreLocalStatistics
from lg_inform.importers.tidy import TidyFigures

IMPORTERS: dict[str, Importer] = {
    importer.key: importer for importer in (OnsExploreLocalStatistics(), DefraWaste(), TidyFigures())
}

__all__ = ["IMPORTERS", "EditionFacts", "Importer", "Reading", "Refusal"]
