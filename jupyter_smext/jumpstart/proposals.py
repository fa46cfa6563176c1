"""Forms of launches before they are sent: checked, their data looked at, shown as code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError
from ..protocol import Checked, Code, DataCheck, DeployRequest, FineTuneRequest, Use
from .code import deploy_code, fine_tune_code
from .data_check import check, outside
from .dataset import of_folder, of_prefix
from .facts import task_of_document
from .launch_checks import Checks, bucket_is_there, data_is_there, fits
from .launch_plans import Documents, Plans
from .resources import Resource

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..cost import Prices


class Proposals:
    """Nothing is made by them."""

    def __init__(
        self,
        sessions: Callable[[], Awaitable[Sessions]],
        prices: Callable[[], Awaitable[Prices]],
        document: Documents,
    ) -> None:
        self._sessions = sessions
        self._prices = prices
        self._document = document
        self.plans = Plans(sessions, document)

    async def check_deploy(self, request: DeployRequest) -> Checked:
        """What is known before a deployment; what forbids it is in the answer."""
        try:
            plan = await self.plans.deploy(request)
            checks = await self._checks(request, plan.instance_type, "hosting")
        except ProblemError as error:
            return _forbidden(error)
        checks.of_document(plan.document, plan.hosting)
        container = plan.deployment.model.parameters["PrimaryContainer"]
        if request.mode == "serverless" and "ModelDataSource" in container:
            checks.unknown.append(
                "Whether a serverless endpoint takes a model that is not compressed: AWS says so "
                "when the endpoint is created."
            )
        asks = []
        if request.output is not None and request.mode == "async":
            uri, found = request.output, checks.checked
            asks.append(lambda: bucket_is_there(checks.sessions, request, uri, found))
        return await checks.run(*asks, resource=Resource("endpoint", request.endpoint))

    async def check_fine_tune(self, request: FineTuneRequest, folder: Path | None) -> Checked:
        """What is known before a fine-tuning; what forbids it is in the answer.

        How the data lies is for check_data to say.
        """
        try:
            plan = await self.plans.fine_tune(request, folder is not None)
            checks = await self._checks(request, request.instance_type, "training")
        except ProblemError as error:
            return _forbidden(error)
        checks.of_document(plan.document, plan.training)

        def is_there() -> None:
            if folder is None:
                data_is_there(checks.sessions, request, plan.dataset)

        def results() -> None:
            bucket_is_there(checks.sessions, request, request.output, checks.checked)

        job = Resource("training-job", request.job)
        return await checks.run(results, is_there, resource=job)

    async def check_data(self, request: FineTuneRequest, folder: Path | None) -> DataCheck:
        """A folder, or what is at the request's dataset, against the model's format.

        Raises ProblemError: it cannot be read.
        """
        sessions = await self._sessions()
        place = request.connection, request.region
        document = await self._document(*place, request.model, request.version, request.hub)
        tuned = (document.trained_as(request.config) or document).training
        own = tuned.dataset if tuned is not None else None
        uri = request.dataset or own or ""

        def look() -> DataCheck:
            data = of_folder(folder) if folder is not None else of_prefix(sessions, *place, uri)
            return check(data, task_of_document(document).name)

        return await asyncio.to_thread(look)

    async def fitting_data(self, request: FineTuneRequest, folder: Path | None) -> DataCheck | None:
        """Data of one's own that its format allows; None where it may not be listed.

        Raises ProblemError.
        """
        if folder is None and request.dataset is None:
            return None
        try:
            data = await self.check_data(request, folder)
        except ProblemError as error:
            if folder is None and error.problem.cause == "denied":
                return None
            raise
        fits(data, request)
        return data

    async def code(
        self, request: DeployRequest | FineTuneRequest, folder: Path | None = None
    ) -> Code:
        """What does the same. Raises ProblemError."""
        if isinstance(request, DeployRequest):
            return deploy_code(await self.plans.deploy(request), request)
        plan = await self.plans.fine_tune(request, request.folder is not None)
        leave_out: frozenset[str] = frozenset()
        if folder is not None and request.leave_out:
            task = task_of_document(plan.document).name
            data = await asyncio.to_thread(of_folder, folder)
            leave_out = await asyncio.to_thread(outside, data, task)
        return fine_tune_code(plan, request, tuple(sorted(leave_out)))

    async def _checks(
        self, request: DeployRequest | FineTuneRequest, instance_type: str, use: Use
    ) -> Checks:
        sessions, prices = await self._sessions(), await self._prices()
        return Checks(sessions, prices, request, instance_type, use)


def _forbidden(error: ProblemError) -> Checked:
    return Checked((error.problem,), (), (), (), None)
