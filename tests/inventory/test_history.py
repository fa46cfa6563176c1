"""The states that resources were seen to go through, kept over restarts and bounded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_smext.inventory import history as module
from jupyter_smext.inventory.history import History, Seen
from jupyter_smext.kinds import kind
from jupyter_smext.protocol import Row

from .conftest import House, until


def row(status: str, modified: float | None = None, **other: Any) -> Row:
    made = Row(
        id="n",
        name="n",
        status=status,
        tone="busy",
        running=True,
        arn=None,
        created=100.0,
        modified=modified,
        instance="ml.t3.medium",
        parent=None,
        cells=(),
    )
    return msgspec.structs.replace(made, **other)


def saw(history: History, *states: Row, read_at: float = 1000.0) -> None:
    for before, after in zip(states, states[1:], strict=False):
        history.saw("notebook-instance", [before], [after], [after.id], read_at)


def test_a_state_has_awss_time_where_it_tells_one_and_else_that_of_the_look() -> None:
    history = History()
    saw(history, row("Pending", 100.0), row("InService", 160.0), row("Stopping", 160.0))
    assert history.of("notebook-instance", row("Stopping", 160.0)) == (
        Seen("Pending", 100.0, True),
        Seen("InService", 160.0, True),
        Seen("Stopping", 1000.0, False),
    )
    # What was not seen before is in its state since AWS says that it was changed.
    assert History().of("notebook-instance", row("InService", 160.0)) == (
        Seen("InService", 160.0, True),
    )
    # An app's last change is not told: only its first state began when it was created.
    pending, up = row("Pending"), row("InService", tone="ok")
    assert History().of("app", pending) == (Seen("Pending", 100.0, True),)
    assert History().of("app", up) == ()
    history = History()
    saw(history, up, row("Deleting"))
    assert history.of("notebook-instance", row("Deleting")) == (Seen("Deleting", 1000.0, False),)


def test_another_one_of_the_name_has_no_part_in_it() -> None:
    history = History()
    saw(history, row("Pending", 100.0), row("InService", 160.0))
    again = row("Pending", 500.0, created=500.0)
    assert history.of("notebook-instance", again) == (Seen("Pending", 500.0, True),)
    saw(history, row("InService", 160.0), again)
    assert history.of("notebook-instance", again) == (Seen("Pending", 500.0, True),)


def test_lengths_are_of_the_same_state_on_the_same_instances() -> None:
    history = History()
    saw(history, row("Pending", 100.0), row("InService", 160.0))
    saw(history, row("Pending", 100.0, id="m"), row("InService", 130.0, id="m"))
    large = {"id": "l", "instance": "ml.p4d.24xlarge"}
    saw(history, row("Pending", 100.0, **large), row("InService", 900.0, **large))
    assert history.lengths("notebook-instance", "Pending", "ml.t3.medium") == [60.0, 30.0]
    assert history.lengths("notebook-instance", "InService", "ml.t3.medium") == []
    assert history.lengths("app", "Pending", "ml.t3.medium") == []


def test_a_page_may_see_a_state_before_the_list_does() -> None:
    history = History()
    up, stopped = row("InService", 160.0), row("Stopped", 300.0)
    saw(history, up, stopped)
    saw(history, up, stopped)
    assert [seen.status for seen in history.of("notebook-instance", stopped)] == [
        "InService",
        "Stopped",
    ]


def test_what_it_runs_on_may_be_found_out_later() -> None:
    history = History()
    saw(history, row("Pending", 100.0, instance=None), row("InService", 160.0, instance=None))
    assert history.lengths("notebook-instance", "Pending", "ml.t3.medium") == []
    history.learn("notebook-instance", row("InService", 160.0))
    assert history.lengths("notebook-instance", "Pending", "ml.t3.medium") == [60.0]
    history.learn("notebook-instance", row("InService", 160.0, id="another"))
    history.learn("notebook-instance", row("InService", 900.0, created=900.0, instance="ml.p2"))
    assert history.lengths("notebook-instance", "Pending", "ml.t3.medium") == [60.0]


def test_it_is_bounded_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESOURCES", 3)
    monkeypatch.setattr(module, "STATES", 4)
    history = History()
    for id in "abcd":
        turns = [row("Stopped" if at % 2 else "InService", float(at), id=id) for at in range(9)]
        saw(history, *turns)
    assert history.of("notebook-instance", row("InService", 8.0, id="a")) == (
        Seen("InService", 8.0, True),
    )
    kept = history.of("notebook-instance", row("InService", 8.0, id="d"))
    assert [seen.at for seen in kept] == [5.0, 6.0, 7.0, 8.0]
    path = tmp_path / "states"
    data = history.packed()
    assert data is not None
    history.save(path, data)
    assert path.stat().st_mode & 0o077 == 0
    assert history.packed() is None
    later = History()
    later.load(path)
    assert later.of("notebook-instance", row("InService", 8.0, id="d")) == kept


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"\x81\xa1a\x01"])
def test_a_file_that_is_none_is_begun_anew(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "states"
    path.write_bytes(content)
    History().load(path)
    assert "not usable" in caplog.text


async def test_an_endpoints_states_outlive_the_server(house: House) -> None:
    def put(status: str, modified: float) -> None:
        house.engine.put(
            "Endpoint",
            {
                "EndpointName": "e",
                "EndpointArn": "arn:aws:sagemaker:us-east-1:000000000000:endpoint/e",
                "EndpointConfigName": "c",
                "EndpointStatus": status,
                "CreationTime": 1.7e9,
                "LastModifiedTime": modified,
            },
        )

    put("Creating", 1.7e9)
    first = house.watched("endpoint")
    await first.refresh()
    put("InService", 1.7e9 + 200)
    await first.refresh()
    await first.settled()
    await first.close()
    # One that reads a kind by itself, without anybody at the panel, forgets nothing.
    between = house.watched("endpoint")
    await between.read_kind(kind("endpoint"))
    put("Updating", 1.7e9 + 900)
    await between.read_kind(kind("endpoint"))
    await between.close()
    second = house.watched("endpoint")
    second.inventory()
    await until(lambda: [row.status for row in second.page(kind("endpoint")).rows] == ["Updating"])
    (now,) = second.page(kind("endpoint")).rows
    assert [(seen.status, seen.at - 1.7e9) for seen in second.states(kind("endpoint"), now)] == [
        ("Creating", 0.0),
        ("InService", 200.0),
        ("Updating", 900.0),
    ]
