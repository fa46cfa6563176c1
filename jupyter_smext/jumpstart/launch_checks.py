"""What is known before a launch makes anything: licence, type, name, role, data, quota."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..amounts import counted
from ..aws import profiles
from ..aws.bucket import Bucket, split
from ..aws.errors import ProblemError, problem
from ..aws.roles import Unknown, role_trusts_sagemaker
from ..protocol import Checked, DataCheck, DeployRequest, FineTuneRequest, Problem, Use
from .dataset import has_files
from .model_document import Hosting, ModelDocument, Training
from .resources import Aws, Resource, taken

if TYPE_CHECKING:
    from ..aws.sessions import Sessions
    from ..cost import Prices

Request = DeployRequest | FineTuneRequest
#: Of serverless endpoints, in MB.
MEMORY = (1024, 2048, 3072, 4096, 5120, 6144)


@dataclass
class Checks:
    """Gathers sentences; `run` asks AWS, and raises nothing that it says."""

    sessions: Sessions
    prices: Prices
    request: Request
    instance_type: str
    use: Use
    checked: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    price: float | None = None

    async def run(self, *asks: Callable[[], None], resource: Resource) -> Checked:
        """Ask what every launch asks, and `asks` besides, which block."""

        async def guarded(ask: Callable[[], None]) -> None:
            try:
                await asyncio.to_thread(ask)
            except Unknown as unread:
                self.unknown.append(f"{unread.problem.title}: {unread.problem.detail}")
            except ProblemError as error:
                self.problems.append(error.problem)

        works: list[Awaitable[None]] = [
            guarded(ask) for ask in (self._role, lambda: self._name(resource), *asks)
        ]
        if self.instance_type:
            works.append(self._quota_and_price())
        await asyncio.gather(*works)
        return Checked(
            problems=tuple(self.problems),
            checked=tuple(self.checked),
            warnings=tuple(self.warnings),
            unknown=tuple(self.unknown),
            price=self.price,
        )

    def of_document(self, document: ModelDocument, of: Hosting | Training) -> None:
        """What the document itself says."""
        if document.gated and not self.request.accept_eula:
            self.problems.append(
                problem(
                    "invalid",
                    "The model's licence is not accepted",
                    document.hosting.eula or "",
                    "Read it on the model's page, and accept it there.",
                )
            )
        if document.proprietary:
            self._proprietary(document)
        if document.deprecated:
            said = document.deprecated_message or "JumpStart has a newer one, or none any more."
            self.warnings.append(f"Version {document.version} is deprecated. {said}")
        if of.vulnerable:
            known = ", ".join(of.vulnerabilities[:5])
            self.warnings.append(f"Version {document.version} has known vulnerabilities: {known}")
        if self.instance_type and self.instance_type not in of.instance_types:
            self.warnings.append(
                f"The model is not said to run on {self.instance_type}, but on "
                f"{', '.join(of.instance_types) or 'no type'}."
            )
        if not self.problems:
            self.checked.append(f"{document.id} {document.version} is there in {document.region}.")

    def _proprietary(self, document: ModelDocument) -> None:
        if self.request.connection == profiles.LOCAL:
            self.problems.append(
                problem(
                    "needs_aws",
                    "A model of AWS Marketplace needs AWS",
                    f"{document.id} comes as a model package that only AWS can run.",
                    "Choose an AWS connection.",
                )
            )
        self.unknown.append(
            "Whether the account has subscribed to the model in AWS Marketplace: AWS says so when "
            "the model is created."
        )

    def _role(self) -> None:
        request = self.request
        iam = self.sessions.client(request.connection, request.region, "iam")
        self.checked.append(role_trusts_sagemaker(iam, request.connection, request.role))

    def _name(self, resource: Resource) -> None:
        aws = Aws(self.sessions, self.request.connection, self.request.region, "")
        if aws.describe(resource) is not None:
            raise taken(resource)
        self.checked.append(f"The name {resource.name} is free.")

    async def _quota_and_price(self) -> None:
        request, wanted = self.request, self.instance_type
        place = request.connection, request.region
        types = await self.prices.types(*place, self.use)
        mine = next((each for each in types.types if each.name == wanted), None)
        if mine is not None and mine.price is not None:
            self.price = mine.price * request.count
        elif types.charged:
            why = types.prices_problem
            said = why.title if why is not None else "AWS's list has none, or was not read yet"
            self.unknown.append(f"The price of {wanted}: {said}.")
        if mine is None or mine.quota_left is None:
            why = types.quotas_problem
            if types.charged and (why is not None or types.reading):
                said = why.title if why is not None else "Service Quotas has not answered yet"
                self.unknown.append(f"How many {wanted} the account may run: {said}.")
            return
        quota = f"{mine.quota_left:g} of {mine.quota:g}"
        if mine.quota_left < request.count:
            self.problems.append(
                problem(
                    "limit",
                    f"The quota for {wanted} in {request.region} is too small",
                    f"{quota} are left for {self.use}, and {request.count} are wanted.",
                    "Choose another type, shut something down, or ask for more in Service Quotas.",
                )
            )
            return
        self.checked.append(f"Quota: {quota} {wanted} left.")
        scaling = request.scaling if isinstance(request, DeployRequest) else None
        if scaling is not None and mine.quota_left < scaling.most:
            self.warnings.append(
                f"It cannot scale to {scaling.most} {wanted}: the quota leaves {mine.quota_left:g}."
            )


def bucket_is_there(sessions: Sessions, request: Request, uri: str, checked: list[str]) -> None:
    """Of an S3 URI that results are put to. Blocking. Raises ProblemError."""
    name, _ = split(uri)
    bucket = Bucket(sessions, request.connection, request.region, name)
    checked.append(f"{bucket.make_ready()}.")


def data_is_there(sessions: Sessions, request: FineTuneRequest, uri: str) -> None:
    """Blocking. Raises ProblemError: it is not; and Unknown."""
    try:
        is_there = has_files(sessions, request.connection, request.region, uri)
    except ProblemError as error:
        if error.problem.cause != "denied":
            raise
        # The role that trains on it may read what the caller may not.
        raise Unknown(error.problem) from error
    if not is_there:
        raise ProblemError(
            problem("not_found", f"There is nothing below {uri}", next="Name where the data lies.")
        )


def fits(data: DataCheck, request: FineTuneRequest) -> None:
    """Raises the ProblemError that data is not as its format wants it."""
    if data.problems:
        raise ProblemError(data.problems[0])
    if data.outside and not request.leave_out:
        raise ProblemError(
            problem(
                "invalid",
                f"{counted(data.outside, 'file')} outside the data's format",
                ", ".join(data.strays[:5]) + (" and others" if data.outside > 5 else ""),
                "Move them elsewhere, or say that they are known.",
            )
        )


def mode_of(request: DeployRequest, hosting: Hosting, image_gpu: bool) -> None:
    """Raises a 400 ProblemError for what an endpoint of that mode cannot be."""
    serverless = request.mode == "serverless"
    wrong = {
        "Serverless endpoints need a memory size": serverless and request.memory_mb not in MEMORY,
        "Serverless endpoints need a concurrency": serverless and not request.concurrency,
        "Serverless endpoints have no VPC": serverless and request.network is not None,
        "Serverless endpoints have no GPU": serverless and image_gpu,
        "Serverless endpoints hold no model packages": serverless and bool(hosting.model_package),
        "Serverless endpoints hold no inference components": serverless and request.component,
        "Asynchronous endpoints need a place for their answers": request.mode == "async"
        and not request.output,
        "Asynchronous endpoints hold no inference components": request.mode == "async"
        and request.component,
        "Only real-time endpoints are scaled here": request.scaling is not None
        and request.mode != "real-time",
        "Scaling goes from few instances to more": request.scaling is not None
        and not 0 <= request.scaling.least <= request.scaling.most,
    }
    title = next((each for each, holds in wrong.items() if holds), None)
    if title is not None:
        memory = ", ".join(map(str, MEMORY))
        detail = f"Memory is one of {memory} MB." if "memory" in title else ""
        raise ProblemError(problem("invalid", title, detail, "Change the form."))
    if request.output:
        split(request.output)
