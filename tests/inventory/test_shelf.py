"""What an earlier server knew is shown at once, with its age, and never for another account."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from jupyter_smext.inventory.snapshot import Snapshot, load, path_of, save
from jupyter_smext.inventory.whose import way_of

from .conftest import House, names, page, until


def snapshot_file(house: House) -> Path:
    return path_of(house.home / "smext", "local", "us-east-1")


async def test_the_panel_paints_at_once_after_a_restart(house: House) -> None:
    house.models(2)
    before = house.inventories()
    watched = before.get("local", "us-east-1")
    await watched.refresh()
    rev, read_at = watched.inventory().rev, watched.inventory().read_at
    await before.close()
    assert snapshot_file(house).stat().st_mode & 0o777 == 0o600

    after = house.inventories().get("local", "us-east-1")
    seen = after.inventory()
    assert names(after, "model") == ["m-1", "m-0"]
    assert all(page.stale and page.read_at for page in seen.pages)
    assert seen.read_at == pytest.approx(read_at, abs=1)
    assert seen.rev > rev and seen.read_at is not None and seen.read_at < time.time()
    await until(lambda: not any(page.stale for page in after.inventory().pages))


async def test_what_cannot_be_read_now_keeps_the_rows_of_then(house: House) -> None:
    house.models(2)
    before = house.inventories()
    await before.get("local", "us-east-1").refresh()
    await before.close()
    house.engine.faults([{"operation": "ListModels", "kind": "denied"}])
    after = house.inventories().get("local", "us-east-1")
    after.inventory()
    await until(lambda: page(after, "model").problem)
    await after.settled()
    assert page(after, "model").stale and len(names(after, "model")) == 2


async def other_accounts(house: House, way: str) -> None:
    """Leave a snapshot of another account, and forbid what would replace its rows."""
    house.models(2)
    before = house.inventories()
    await before.get("local", "us-east-1").refresh()
    await before.get("local", "us-east-1").settled()
    await before.close()
    own = load(snapshot_file(house))
    assert own is not None and own.account == "000000000000"
    theirs = Snapshot(
        own.version, own.connection, own.region, way, "111111111111", own.saved_at, own.pages
    )
    save(snapshot_file(house), theirs)
    house.engine.faults([{"operation": "ListModels", "kind": "denied"}])


async def test_another_way_in_shows_nothing_until_the_account_is_known(house: House) -> None:
    await other_accounts(house, way="changed")
    after = house.inventories().get("local", "us-east-1")
    assert after.inventory().pages == ()
    await until(lambda: after.inventory().kinds_read == 6)
    await after.settled()
    assert names(after, "model") == [] and page(after, "model").problem is not None


async def test_a_change_of_account_wipes_what_was_the_others(house: House) -> None:
    await other_accounts(house, way=way_of("local").print)
    after = house.inventories().get("local", "us-east-1")
    after.inventory()
    await until(lambda: after.inventory().kinds_read == 6)
    await after.settled()
    assert names(after, "model") == []


def write_config(profile: str, **facts: str) -> None:
    lines = [f"[profile {profile}]", *(f"{name} = {value}" for name, value in facts.items())]
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("\n".join(lines) + "\n")


def test_a_way_in_is_known_by_what_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    write_config("p", sso_account_id="1" * 12, sso_role_name="r")
    first = way_of("profile:p")
    assert first.pinned and way_of("profile:p") == first
    write_config("p", sso_account_id="2" * 12, sso_role_name="r")
    assert way_of("profile:p").print != first.print
    write_config("p", credential_process="whatever")
    assert not way_of("profile:p").pinned
    assert not way_of("environment").pinned
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    assert way_of("environment").pinned


def test_no_secret_has_a_part_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    write_config("p", aws_access_key_id="AKIA", aws_secret_access_key="one")
    first = way_of("profile:p")
    write_config("p", aws_access_key_id="AKIA", aws_secret_access_key="two")
    assert way_of("profile:p") == first
