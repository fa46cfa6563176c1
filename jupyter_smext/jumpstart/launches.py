"""All launches of a server: begun, followed, taken up after a restart, remembered."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError
from ..lifecycle.read_only import ReadOnly
from ..lifecycle.task_journals import followed_elsewhere
from ..lifecycle.tasks import Tasks
from ..protocol import (
    Checked,
    DeployRequest,
    FineTuneRequest,
    Launch,
    TaskChanged,
    TaskStep,
)
from ..server_process import this_server
from . import deploy_run, fine_tune_run
from .launch_journal import Journals, Record
from .launch_run import Run, new_steps
from .recorded_launch import RecordedLaunch
from .saved_forms import SavedForms

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..cost import Prices
    from .launch_plans import Documents
    from .model_document import ModelDocument
    from .proposals import Proposals

log = logging.getLogger(__name__)

Request = DeployRequest | FineTuneRequest


class Launches(Tasks[Record, Launch, Run]):
    """Launches, in journals below `home`; all methods are called on the server's loop.

    `sessions`, `prices` and `document` are asked when a launch needs AWS, so that looking at old
    ones loads none of it. `look` is told the connection, region and kind of which there are others.
    """

    _journals: Journals

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        prices: Callable[[], Awaitable[Prices]],
        document: Documents,
        emit: Callable[[TaskChanged], None],
        home: Path,
        read_only: ReadOnly,
        look: Callable[[str, str, str], None],
    ) -> None:
        super().__init__(Journals(home / "jumpstart" / "launches"))
        self._sessions = sessions
        self._prices = prices
        self._document = document
        self._emit = emit
        self._read_only = read_only
        self._look = look
        self.forms = SavedForms(home)

    @property
    def proposals(self) -> Proposals:
        """Forms before they are sent."""
        from .proposals import Proposals

        return Proposals(self._sessions, self._prices, self._document)

    async def deploy(self, request: DeployRequest) -> Launch:
        """Begin a deployment. Raises ProblemError: the first that forbids it."""
        self._read_only.refuse(request.connection)
        async with self._beginning:
            if (begun := await self.begun(request.key)) is not None:
                return begun
            proposals = self.proposals
            _allowed(await proposals.check_deploy(request))
            launch = _new_id()
            plan = await proposals.plans.deploy(request, launch)
            steps = new_steps(deploy_run.TITLES, deploy_run.steps_of(plan.deployment))
            record = Record(
                _launch(launch, request, steps, plan.document),
                this_server(),
                deployment=plan.deployment,
            )
            return await self._begin(record, request)

    async def fine_tune(self, request: FineTuneRequest, folder: Path | None) -> Launch:
        """Begin a fine-tuning on a folder or what is in S3. Raises as deploy."""
        self._read_only.refuse(request.connection)
        async with self._beginning:
            if (begun := await self.begun(request.key)) is not None:
                return begun
            proposals = self.proposals
            _allowed(await proposals.check_fine_tune(request, folder))
            data = await proposals.fitting_data(request, folder)
            launch = _new_id()
            plan = await proposals.plans.fine_tune(request, folder is not None, launch)
            here = str(folder) if folder is not None else None
            steps = new_steps(fine_tune_run.TITLES, fine_tune_run.steps_of(here))
            record = Record(
                _launch(launch, request, steps, plan.document),
                this_server(),
                training=plan.call,
                folder=here,
                dataset=plan.dataset,
                leaves_out=data.format if data is not None and data.outside else None,
            )
            return await self._begin(record, request)

    async def metrics(self, id: str) -> Sequence[Mapping[str, str]]:
        """The MetricDefinitions of a fine-tuning's job. Raises a 404 ProblemError."""
        run = self._runs.get(id)
        if run is not None:
            record = run.recorded.record
        else:
            record = await asyncio.to_thread(self._journals.read, id)
        if record.training is None:
            return ()
        algorithm = record.training.parameters["AlgorithmSpecification"]
        found: Sequence[Mapping[str, str]] = algorithm.get("MetricDefinitions", ())
        return found

    async def cancel(self, id: str) -> Launch:
        """End a launch and delete what it made; one that is over is answered as it is.

        Raises a 409 ProblemError: another server that is there follows it.
        """
        launch = await self.get(id)
        request = launch.deploy or launch.fine_tune
        assert request is not None
        self._read_only.refuse(request.connection)
        run = self._runs.get(id)
        if run is not None:
            await run.cancel()
            return run.recorded.launch
        if launch.state == "running":
            record = await asyncio.to_thread(self._journals.read, id)
            raise followed_elsewhere("launch", record.server)
        return launch

    async def packed(self) -> dict[str, str]:
        """The S3 URIs of the archives that the latest launches made, by the launches' ids."""
        return {
            record.id: record.deployment.packing.to
            for record in await asyncio.to_thread(self._journals.readable)
            if record.deployment is not None and record.deployment.packing is not None
        }

    async def delete_archive(self, id: str) -> None:
        """Delete the archive that a launch made; that it is gone already is no error.

        Raises ProblemError: 404, there is no such launch, or it made none; 409, it is needed.
        """
        from .asset_archives import delete_archive

        launch = await self.get(id)
        if launch.deploy is not None:
            self._read_only.refuse(launch.deploy.connection)
        record = await asyncio.to_thread(self._journals.read, id)
        await asyncio.to_thread(delete_archive, await self._sessions(), record)

    async def _begin(self, record: Record, request: Request) -> Launch:
        launch = await self.begin_run(record.id, await self.run_of(record))
        try:
            await asyncio.to_thread(self.forms.remember, request)
        except ProblemError as error:
            log.warning("%s: %s", error.problem.title, error.problem.detail)
        return launch

    def task_of(self, record: Record) -> Launch:
        return record.launch

    def task_in(self, run: Run) -> Launch:
        return run.recorded.launch

    def key_of(self, task: Launch) -> str:
        request = task.deploy or task.fine_tune
        return request.key if request is not None else ""

    async def run_of(self, record: Record) -> Run:
        request = record.launch.deploy or record.launch.fine_tune
        assert request is not None
        place = request.connection, request.region
        recorded = RecordedLaunch(record, self._journals, self._tell)
        of = deploy_run.DeployRun if record.launch.deploy else fine_tune_run.FineTuneRun
        return of(recorded, await self._sessions(), lambda kind: self._look(*place, kind))

    def _tell(self, launch: Launch) -> None:
        self._emit(TaskChanged("jumpstart", launch.id, launch.rev))


def _new_id() -> str:
    return f"launch-{secrets.token_hex(8)}"


def _launch(
    id: str, request: Request, steps: tuple[TaskStep, ...], document: ModelDocument
) -> Launch:
    deploy = request if isinstance(request, DeployRequest) else None
    return Launch(
        id=id,
        rev=1,
        what="deploy" if deploy is not None else "fine-tune",
        deploy=deploy,
        fine_tune=request if isinstance(request, FineTuneRequest) else None,
        state="running",
        steps=steps,
        started=time.time(),
        ended=None,
        made=(),
        left=(),
        problem=None,
        licence=(document.hosting.eula or "") if document.gated else None,
    )


def _allowed(found: Checked) -> None:
    """Raises the first problem that forbids a launch."""
    if found.problems:
        raise ProblemError(found.problems[0])
