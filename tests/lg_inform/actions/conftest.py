"""What the tests of imports share: a way to bring a file in, and a picture of what stands published."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from lg_inform.actions.imports import receive_file, run_import
from lg_inform.importers import IMPORTERS
from lg_inform.models import ImportRun
from slip.audit.actors import SYSTEM

BringIn = Callable[..., ImportRun]
Picture = Callable[[], tuple]

_STANDS = """
    SELECT
      (SELECT md5(string_agg(concat_ws('|', id, metric_id, period_id, revision, digest, published_at), ',' ORDER BY id))
       FROM lg_inform_release WHERE superseded_at IS NULL),
      (SELECT md5(string_agg(concat_ws('|', release_id, since, until), ',' ORDER BY id)) FROM lg_inform_tenure),
      (SELECT count(*) FROM lg_inform_release),
      (SELECT count(*) FROM lg_inform_observation),
      (SELECT count(*) FROM lg_inform_standing)
"""


@pytest.fixture
def what_stands() -> Picture:
    """A picture of everything published; two are equal exactly where nothing was published, restored or ranked."""

    def picture() -> tuple:
        with connection.cursor() as cursor:
            cursor.execute(_STANDS)
            return cursor.fetchone()

    return picture


@pytest.fixture
def bring_in() -> BringIn:
    """Bring a file in, read it here, and hand back the run as it is then. Raises Refusal as receiving does."""

    def bring(path: Path, source: str = "ons-els", **options: object) -> ImportRun:
        companion = IMPORTERS[source].companion_of(path)
        run = receive_file(source=source, path=path, companion=companion, by=SYSTEM, queue=False, **options)
        run_import(run_id=run.pk)
        run.refresh_from_db()
        return run

    return bring
