"""News from comparative data. Sent inside the transaction; a receiver writes an outbox row and does no work itself."""

from django.dispatch import Signal

#: Figures of a run now stand. Sends `run_id` (int) and `metric_ids` (list of int).
import_published = Signal()
