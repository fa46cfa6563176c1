"""What a switch has to know to go on after a crash, and the file that it stands in."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ...aws.errors import ProblemError, problem
from ...decoding import decode_json
from ...one_at_a_time import one_at_a_time
from ...protocol import ComputeName, Problem, Switch
from ...server_process import lives, this_server
from ...whole_file import write_whole
from ..carry.packages import Installed
from ..carry.variables import Packed
from ..instances import Told
from ..names import slug

SWITCH_ID = re.compile(r"switch-[0-9a-f]{16}")
#: What a failed switch packed is kept for a retry for so many seconds.
KEPT_SECONDS = 7 * 86400.0
RECORD, PACKED = ".json", ".variables"


class Record(msgspec.Struct, frozen=True):
    """A switch, and what stays on the server.

    `session_name` and `session_type` are Jupyter's of the session. `old_kernel` is the kernel that
    is left, of the kernelspec `old_spec`, which is called `old_name` where it runs; it `dies` when
    it runs on the instance that changes.
    `type_was` and `was_up` are the target's before.
    `creates`: AWS was told to create the target. `told` is what it was told of the target and has
    not shown yet. `root` is the server's root folder.
    `ends_kernel`: the target was told to stop, so what ran there is gone. `moved`: the notebook has
    the new kernel. `goes_back`: it is to be undone, and `turned`: the steps for it are made.
    `cells` is how many the old kernel had run when it was packed, plus 1.
    `keeps_pack`: something in the packed file did not arrive, so that it outlives the switch.
    `folder_there` is the notebook's folder on the target, below its server's root.
    """

    switch: Switch
    session_name: str
    session_type: str
    old_kernel: str | None
    old_spec: str
    old_name: str
    dies: bool
    was_up: bool
    type_was: str | None
    server: tuple[int, float] | None = None
    root: str = ""
    creates: bool = False
    told: Told | None = None
    ends_kernel: bool = False
    variables: Packed | None = None
    cells: int | None = None
    installed: Installed | None = None
    turned: bool = False
    folder_there: str = ""
    new_spec: str | None = None
    new_kernel: str | None = None
    moved: bool = False
    keeps_pack: bool = False
    goes_back: bool = False

    @property
    def id(self) -> str:
        return self.switch.id


class Records:
    """The files of all switches, readable by their owner alone: `<id>.json`, `<id>.variables`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, record: Record) -> None:
        """In place of what was there, whole or not at all; on the disk when this returns."""
        # What AWS was told must be known after a power cut too.
        write_whole(self._path(record.id), msgspec.json.encode(record), lasting=True)

    def read(self, id: str) -> Record:
        """The switch as it last was; raises a ProblemError: 404, or 500 for a file that is none."""
        # Before the path is touched: the id is part of it.
        if not SWITCH_ID.fullmatch(id) or not self._path(id).is_file():
            raise ProblemError(
                problem(
                    "not_found",
                    "There is no such switch",
                    next="Switches are forgotten after seven days.",
                )
            )
        try:
            return decode_json(self._path(id).read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError) as error:
            raise ProblemError(
                Problem(
                    status=500,
                    cause="broken",
                    title="The journal of this switch cannot be read",
                    detail=f"{id}{RECORD}: {type(error).__name__}",
                    next="Look in the panel how the instance stands, and switch again.",
                )
            ) from error

    def claim(self, id: str) -> Record | None:
        """Have a switch that failed, or that a dead server left, be run by this server alone.

        None: another server runs it, or it has come to its end. Raises ProblemError and OSError.
        """
        with one_at_a_time(self.folder / ".claims"):
            record = self.read(id)
            left = record.switch.state == "running"
            if left and record.server is not None and lives(record.server):
                return None
            if not left and record.switch.state != "failed":
                return None
            switch = replace(record.switch, state="running")
            record = replace(record, switch=switch, server=this_server())
            self.write(record)
            return record

    def ids(self) -> list[str]:
        """Newest first."""
        if not self.folder.is_dir():
            return []
        files = [path for path in self.folder.glob(f"switch-*{RECORD}")]
        return [path.stem for path in sorted(files, key=_changed_at, reverse=True)]

    def packed(self, id: str) -> Path:
        """Where the variables of a switch are packed."""
        return self.folder / f"{id}{PACKED}"

    def folder_state(self, at: ComputeName, folder: Path) -> Path:
        """Where it stands what is known of a folder here and on an instance."""
        whole = str(folder).encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(whole).hexdigest()[:16]
        return self.folder / "folders" / f"{slug(at)}-{digest}.json"

    def forget_old(self) -> None:
        """Delete what is older than it is kept for."""
        oldest = time.time() - KEPT_SECONDS
        for path in self.folder.glob("switch-*") if self.folder.is_dir() else ():
            if SWITCH_ID.match(path.name) and _changed_at(path) < oldest:
                path.unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}{RECORD}"


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
