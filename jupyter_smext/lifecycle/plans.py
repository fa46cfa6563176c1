"""All plans of a server: proposals in memory, runs in journals on disk."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..aws.errors import ProblemError
from ..protocol import Plan, PlanChanged, PlanRequest, Problem
from ..server_process import lives
from .journal import PLAN_ID, Journal
from .plan import Proposal, propose
from .protected import Protection
from .read_only import ReadOnly
from .run import Run
from .states import interrupted

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..inventory import Inventories

log = logging.getLogger(__name__)

PROPOSALS = 100
RECENT = 20


class Plans:
    """Proposes, runs and remembers plans; all methods are called on the server's loop."""

    def __init__(
        self,
        sessions: Sessions,
        inventories: Inventories,
        emit: Callable[[PlanChanged], None],
        home: Path,
        read_only: ReadOnly,
    ) -> None:
        self._sessions = sessions
        self._inventories = inventories
        self._emit = emit
        self._folder = home / "plans"
        self._read_only = read_only
        self._proposals: OrderedDict[str, Proposal] = OrderedDict()
        self._runs: dict[str, Run] = {}

    async def propose(self, request: PlanRequest) -> Plan:
        """A new plan; nothing happens yet. Raises as `plan.propose`."""
        place = request.connection, request.region
        watched = self._inventories.get(*place)
        protection = Protection(self._sessions, *place)
        read_only = request.connection in self._read_only
        proposal = await propose(request, watched, protection, read_only)
        self._proposals[proposal.plan.id] = proposal
        while len(self._proposals) > PROPOSALS:
            self._proposals.popitem(last=False)
        return proposal.plan

    def get(self, id: str) -> Plan:
        """The plan as it is now; raises a 404 ProblemError."""
        if proposal := self._proposals.get(id):
            return proposal.plan
        if (run := self._runs.get(id)) is not None:
            return run.plan
        return self._load(id)[0].plan

    def recent(self) -> list[Plan]:
        """The latest plans that were run, newest first."""
        if not self._folder.is_dir():
            return []
        files = sorted(self._folder.glob("plan-*.jsonl"), key=_changed_at, reverse=True)[:RECENT]
        plans = []
        for file in files:
            try:
                plans.append(self.get(file.stem))
            except ProblemError as error:
                log.warning("%s: %s", error.problem.title, error.problem.detail)
        return plans

    def run(self, id: str) -> Plan:
        """Begin a proposed plan; any other is answered as it is."""
        proposal = self._proposals.get(id)
        if proposal is None:
            return self.get(id)
        self._read_only.refuse(proposal.plan.connection)
        journal = Journal(self._path(id))
        journal.begin(proposal)
        del self._proposals[id]
        return self._start(self._run(proposal, journal))

    def retry(self, id: str) -> Plan:
        """Go on with a plan that failed, was stopped, or left something over."""
        if id in self._proposals:
            return self.get(id)
        run = self._runs.get(id)
        if run is None:
            proposal, running = self._load(id)
            if running:
                return proposal.plan
            run = self._run(proposal, Journal(self._path(id)))
        plan = run.plan
        if run.running or (plan.state == "done" and not plan.left_over):
            return plan
        self._read_only.refuse(plan.connection)
        return self._start(run)

    def stop(self, id: str) -> Plan:
        """Begin no further step."""
        if (run := self._runs.get(id)) is not None:
            run.stop()
        return self.get(id)

    async def close(self) -> None:
        await asyncio.gather(*(run.close() for run in self._runs.values()))

    def _run(self, proposal: Proposal, journal: Journal) -> Run:
        plan = proposal.plan
        watched = self._inventories.get(plan.connection, plan.region)
        return Run(proposal, watched, journal, self._tell)

    def _start(self, run: Run) -> Plan:
        self._runs[run.plan.id] = run
        run.start()
        return run.plan

    def _tell(self, plan: Plan) -> None:
        self._emit(PlanChanged(id=plan.id, rev=plan.rev))

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.jsonl"

    def _load(self, id: str) -> tuple[Proposal, bool]:
        """A plan from its journal, and whether another server runs it."""
        path = self._path(id)
        # Before the path is touched: an id is part of it.
        if not PLAN_ID.fullmatch(id) or not path.is_file():
            raise ProblemError(
                Problem(
                    status=404,
                    cause="not_found",
                    title="There is no such plan",
                    next="Plans that were never run are forgotten when the server ends.",
                )
            )
        try:
            proposal, server = Journal(path).load()
        except (OSError, msgspec.MsgspecError, LookupError, TypeError) as error:
            raise ProblemError(
                Problem(
                    status=500,
                    cause="broken",
                    title="The journal of this plan cannot be read",
                    detail=f"{path.name}: {type(error).__name__}",
                    next="Propose a new plan: what is gone already is not in it.",
                )
            ) from error
        if proposal.plan.state != "running":
            return proposal, False
        if server is not None and lives(server):
            return proposal, True
        return Proposal(interrupted(proposal.plan), proposal.after), False


def _changed_at(path: Path) -> float:
    return path.stat().st_mtime
