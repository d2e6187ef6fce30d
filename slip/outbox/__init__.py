"""Outbox: work written in the same transaction as the change that calls for it, and dispatched at least once.

The web never speaks to the broker. A row here is the promise; Celery is only the quickest way to keep it.
"""
