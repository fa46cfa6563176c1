"""What the solutions put into JumpStart's bucket."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from botocore import UNSIGNED

from jupyter_smext.local.notebooks.cells import notebook
from jupyter_smext.local.solutions.catalogue import SOLUTIONS
from jupyter_smext.local.solutions.publication import MANIFEST, contents
from jupyter_smext.local.solutions.source import customers, ranking, transactions
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

BUCKET = "jumpstart-cache-prod-us-east-1"


def test_anybody_reads_the_list_and_what_it_names(engine: RunningEngine) -> None:
    s3 = engine.client("s3", signature_version=UNSIGNED)

    def read(key: str) -> bytes:
        body: bytes = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    entries: list[dict[str, Any]] = json.loads(read(MANIFEST))
    assert [each["id"] for each in entries] == list(SOLUTIONS)
    for each in entries:
        assert b"AWS::SageMaker::Endpoint" in read(each["template"])
        assert b"@" not in read(each["template"])
        assert each["notebook"] in each["files"] and each["license"] and each["source"]
        for name, key in each["files"].items():
            content = read(key)
            if name.endswith(".ipynb"):
                nbformat.validate(nbformat.reads(content.decode(), as_version=4))
            else:
                compile(content, name, "exec")


def test_cells_become_a_notebook() -> None:
    made = json.loads(notebook("# %% [markdown]\n# # Title\n#\n# Text\n\n# %%\nx = 1\nx\n"))
    assert [(each["cell_type"], "".join(each["source"])) for each in made["cells"]] == [
        ("markdown", "# Title\n\nText"),
        ("code", "x = 1\nx"),
    ]


def test_models_of_other_data_are_others() -> None:
    of = contents()
    revisions = {key: each.revision for key, each in of.items() if key.endswith("model.json")}
    assert len(set(revisions.values())) == 2


def test_drawn_data_is_the_same_for_a_seed_and_has_both_sorts() -> None:
    for draw, columns, share in (
        (customers.customers, customers.COLUMNS, (0.05, 0.2)),
        (transactions.transactions, transactions.COLUMNS, (0.015, 0.025)),
    ):
        rows = draw(20_000, 3)
        assert rows[:50] == draw(50, 3) and rows[:50] != draw(50, 4)
        assert {len(row) for row in rows} == {1 + len(columns)}
        rare = min(sum(row[0] == label for row in rows) for label in {row[0] for row in rows})
        assert share[0] < rare / len(rows) < share[1]


def test_ranking() -> None:
    assert ranking.area([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert ranking.area([1, 1, 1, 1], [True, False, True, False]) == 0.5
    assert ranking.precision_at([3, 2, 1], [True, False, True], 2) == 0.5
