"""SLIP, the Sector-Led Improvement Portal: the roof (settings, urls, celery, schedule) and the foundations."""

from slip.celery import app as celery_app

__all__ = ["celery_app"]
