"""Training jobs at work: fetch what they read, run their hosts, put what they made into S3."""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from ...contract import ServiceError
from ..job.data import Halted, Input, NoSuchData, fetch, listed, shard, shuffled
from ..job.files import HostFiles
from ..job.life import Job, JobFailed, JobRunner, JobStopped
from ..job.log import JobLog, shipping
from ..job.metrics import MetricReader
from ..job.process import Outcome
from ..job.upload import upload_archive, upload_files
from ..job.usage import MeasuredHost, measuring
from ..supervision import Limits, Order, Step, namespaces
from .checkpoints import Checkpoints, below_opt_ml, saving
from .hosts import Host, channels_of, hosts, mode, share, write_config, write_names
from .notes import notes
from .pipe import Pipe, PipeFailed, checked
from .program import Program, environment, fetch_code, program
from .status import Detail, moved

NOUN = "TrainingJob"

#: CloudWatch's names for what training jobs print and measure ("Log Groups and Streams" and
#: "Metrics" in the SageMaker developer guide; TrainingJobAnalytics of the SageMaker SDK).
LOG_GROUP = NAMESPACE = "/aws/sagemaker/TrainingJobs"
#: The line after which sagemaker-training prints what it writes to output/failure.
_REPORT = "sagemaker-training-toolkit ERROR    Reporting training FAILURE"
#: "sends the algorithm the SIGTERM signal, which delays job termination for 120 seconds"
GRACE_SECONDS = 120.0


class TrainingRunner(JobRunner):
    """Runs training jobs by the container contract, without the container."""

    noun = NOUN
    nouns: tuple[str, ...] = (NOUN,)

    def trees(self, detail: Detail) -> int:
        """One for each host."""
        return len(hosts(detail["ResourceConfig"]))

    def start(self, region: str, name: str) -> None:
        """Queue a job; one of managed spot waits no longer than its MaxWaitTimeInSeconds."""
        super().start(region, name)
        job = self.job(region, name)
        assert job is not None
        wait = job.detail["StoppingCondition"].get("MaxWaitTimeInSeconds")
        if wait is not None:
            age = time.time() - job.detail["CreationTime"]
            asyncio.get_running_loop().call_later(max(0.0, wait - age), self._waited, job)

    def _waited(self, job: Job) -> None:
        if self.job(job.region, job.name) is job and not job.stop_asked.is_set():
            job.set(_limit="MaxWaitTimeExceeded")
            self.stop(job.region, job.name)

    def on_wait(self, job: Job, why: str) -> None:
        """Pending, with what it waits for."""
        job.set(**moved(job.detail, "Pending", why))

    def on_stop(self, detail: Detail) -> Detail:
        """The secondary status follows."""
        return moved(detail, "Stopping")

    def on_end(self, detail: Detail, status: str, reason: str | None, now: float) -> Detail:
        """The last secondary status; the training time is what passed on this machine's clock."""
        secondary = detail.get("_limit", "Stopped") if status == "Stopped" else status
        message = f"Training job failed: {reason}"[:1024] if reason else None
        changes = moved(detail, secondary, message)
        if "TrainingStartTime" in detail:
            taken = max(0, round(now - detail["TrainingStartTime"]))
            changes |= {"TrainingEndTime": now, "TrainingTimeInSeconds": taken}
        return changes

    def on_retry(self, detail: Detail) -> Detail:
        """Restarting, as SageMaker calls it."""
        return moved(detail, "Restarting")

    def retries(self, detail: Detail) -> int:
        """RetryStrategy: "to retry the job when the job fails due to an InternalServerError"."""
        allowed = detail.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0)
        return int(allowed) - int(detail.get("_tries", 0))

    async def work(self, job: Job) -> None:
        """Train. Raises JobFailed, JobStopped."""
        await job.unless_stopped(self._hang(job, "Starting"))
        training = _Training(job)
        await training.prepare(lambda status: self._hang(job, status))
        outcome = await training.run(lambda status: self._hang(job, status))
        if outcome.failed is not None and not job.stop_asked.is_set():
            raise JobFailed(training.reason(outcome))
        if outcome.expired:
            job.set(_limit="MaxRuntimeExceeded", TrainingJobStatus="Stopping")
        await training.upload()
        if outcome.expired:
            raise JobStopped

    async def _hang(self, job: Job, status: str) -> None:
        await self.engine.hang(NOUN, status)


class _Training:
    """One run of a job, from its folders to its artifacts."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._hosts = hosts(job.detail["ResourceConfig"])
        self._files = [job.files.host(host.number) for host in self._hosts]
        self._program: Program
        self._opt_ml: str | None = None
        self._metrics = MetricReader(
            job.detail["AlgorithmSpecification"].get("MetricDefinitions", ()),
            {"TrainingJobName": job.name},
        )
        self._checkpoints: Checkpoints | None = None
        self._pipes: list[Pipe] = []

    async def prepare(self, hang: Any) -> None:
        """Find what runs in place of the image, then fetch data and code."""
        job = self.job
        for host in self._hosts:
            failure = job.engine.capacity_failure(NOUN, host.instance_type)
            if failure:
                raise JobFailed(failure)
        self._program = await job.in_thread(program, job.detail, job.detail["_image"])
        why = await job.in_thread(namespaces)
        if why and self._program.needs_opt_ml:
            raise JobFailed(
                "ClientError: ContainerEntrypoint runs programs that find their files in /opt/ml, "
                f"which cannot be shown to them: {why}"
            )
        if why and job.detail["EnableNetworkIsolation"]:
            raise JobFailed(f"ClientError: EnableNetworkIsolation cannot be met: {why}")
        self._opt_ml = None if why else "/opt/ml"
        now = time.time()
        job.set(TrainingStartTime=now, **moved(job.detail, "Downloading"))
        await job.unless_stopped(hang("Downloading"))
        try:
            await job.in_thread(self._fetch)
        except NoSuchData as error:
            raise JobFailed(f"ClientError: Data download failed:{error}") from None
        except Halted:
            raise JobStopped from None

    def _fetch(self) -> None:
        job = self.job
        objects = job.engine.objects
        bucket, _ = objects.split_uri(job.detail["OutputDataConfig"]["S3OutputPath"])
        try:
            objects.bucket(bucket)
        except ServiceError as error:
            # Before the work, not after it.
            raise JobFailed(f"ClientError: Artifact upload failed:{error.message}") from None
        for host, files in zip(self._hosts, self._files, strict=True):
            files.prepare()
            seen_at = self._opt_ml or str(files.opt_ml)
            write_config(files, host, self._hosts, job.detail, seen_at)
            for channel in channels_of(job.detail, host):
                self._channel(host, files, channel)
            if self._program.takes_code:
                fetch_code(job, files)
        config = job.detail.get("CheckpointConfig")
        if config:
            below = below_opt_ml(config["LocalPath"])
            assert below is not None  # checked by Create
            roots = [files.opt_ml for files in self._files]
            self._checkpoints = Checkpoints(objects, config["S3Uri"], roots, below)
            self._checkpoints.seed(job.halt)

    def _channel(self, host: Host, files: HostFiles, channel: Detail) -> None:
        objects, detail = self.job.engine.objects, self.job.detail
        source, name = channel["DataSource"]["S3DataSource"], channel["ChannelName"]
        inputs = listed(objects, source)
        chosen = source.get("InstanceGroupNames")
        peers = [each for each in self._hosts if not chosen or each.group in chosen]
        sharded = source.get("S3DataDistributionType") == "ShardedByS3Key"
        seed = channel.get("ShuffleConfig", {}).get("Seed")

        def order(epoch: int) -> list[Input]:
            found = list(inputs) if seed is None else shuffled(inputs, seed, epoch)
            return shard(found, len(peers), peers.index(host) + 1) if sharded else found

        data = files.opt_ml / "input" / "data"
        match mode(detail, channel):
            case "Pipe":
                wrap = channel.get("RecordWrapperType") == "RecordIO"
                gzip = channel.get("CompressionType") == "Gzip"
                try:
                    checked(inputs, wrap)
                except PipeFailed as error:
                    raise JobFailed(f"ClientError: {error}") from None
                self._pipes.append(Pipe(objects, data, name, order, gzip=gzip, wrap=wrap))
            case how:
                read_only = how == "FastFile"
                fetch(objects, order(0), data / name, self.job.halt, read_only=read_only)

    async def run(self, hang: Any) -> Outcome:
        """Run the hosts' processes to their end."""
        job = self.job
        count = len(self._hosts)
        given = [share(host, count) for host in self._hosts]
        said = f"Training with {self._program.does} on this machine ({given[0][1]})"
        job.set(**moved(job.detail, "Training", said))
        await job.unless_stopped(hang("Training"))
        started = int(time.time())
        logs = [
            JobLog(
                job.engine,
                job.region,
                LOG_GROUP,
                f"{job.name}/{host.name}-{started}",
                files.log,
                self._metrics,
                NAMESPACE,
            )
            for host, files in zip(self._hosts, self._files, strict=True)
        ]
        for log, (_, words) in zip(logs, given, strict=True):
            await asyncio.to_thread(log.note, *notes(job.detail, self._program, words))
        orders = [
            self._order(files, limits)
            for files, (limits, _) in zip(self._files, given, strict=True)
        ]
        for pipe in self._pipes:
            pipe.start()
        try:
            async with saving(self._checkpoints), shipping(logs), self._measuring(given):
                outcome = await job.processes.run(
                    orders, job.detail["StoppingCondition"]["MaxRuntimeInSeconds"]
                )
        finally:
            for pipe in self._pipes:
                await asyncio.to_thread(pipe.close)
        finals = self._metrics.final_list()
        if finals:
            job.set(FinalMetricDataList=finals)
        return outcome

    def _measuring(self, given: list[tuple[Limits, str]]) -> AbstractAsyncContextManager[None]:
        job = self.job
        volume = job.detail["ResourceConfig"].get("VolumeSizeInGB", 0) * 2**30
        hosts = [
            MeasuredHost(f"{job.name}/{host.name}", limits.memory, files.root, volume)
            for host, files, (limits, _) in zip(self._hosts, self._files, given, strict=True)
        ]
        return measuring(job.engine, job.region, NAMESPACE, hosts, lambda: job.processes.pids)

    def _order(self, files: HostFiles, limits: Limits) -> Order:
        job = self.job
        opt_ml = self._opt_ml or str(files.opt_ml)
        return Order(
            steps=[Step(self._program.argv, files.log)],
            resource=job.arn,
            engine_home=job.engine.home,
            home=files.home,
            tmp=files.tmp,
            cwd=files.opt_ml / "code",
            limits=limits,
            environment=environment(job, files, opt_ml, self._program),
            grace=GRACE_SECONDS,
            opt_ml=files.opt_ml if self._opt_ml else None,
            network=not job.detail["EnableNetworkIsolation"],
            hosts=write_names(files, self._hosts) if len(self._hosts) > 1 else None,
        )

    def reason(self, outcome: Outcome) -> str:
        """Why the first host to fail did: what it wrote to output/failure, else its exit."""
        assert outcome.failed is not None
        files, ending = self._files[outcome.failed], outcome.endings[outcome.failed]
        for pipe in self._pipes:
            if pipe.failure:
                return f"InternalServerError: {pipe.failure}"
        code = ending.returncode
        # As a shell and a container runtime count signals.
        shown = "" if code is None else f", exit code: {code if code >= 0 else 128 - code}"
        written = files.real("ml/output/failure")
        if written and written.is_file():
            with written.open("rb") as file:
                said = self._redacted(file.read(4096).decode("utf-8", "replace").strip())
            if said:
                # Where AWS's images put what the script wrote to stderr.
                wrote = files.tail([self.job.engine.keys.secret_key], before=_REPORT)
                said = said.replace('ErrorMessage ""', f'ErrorMessage "{wrote}"')
                prefix = "" if said.startswith("ClientError:") else "AlgorithmError: "
                return f"{prefix}{said}"[: 1000 - len(shown)] + shown
        tail = files.tail([self.job.engine.keys.secret_key])
        reason = f"AlgorithmError: The training program {ending.words}{shown}"
        return f"{reason}. Log: {tail}" if tail else reason

    def _redacted(self, text: str) -> str:
        return text.replace(self.job.engine.keys.secret_key, "[secret]")

    async def upload(self) -> None:
        """Put the model and the output data into S3; those of every host, into one."""
        job = self.job
        job.set(**moved(job.detail, "Uploading"))
        # Not `in_thread`: a stop does not keep a partial model from being kept.
        artifact = await asyncio.to_thread(self._upload)
        if artifact:
            job.set(ModelArtifacts={"S3ModelArtifacts": artifact})

    def _upload(self) -> str | None:
        job = self.job
        objects, config = job.engine.objects, job.detail["OutputDataConfig"]
        bucket, prefix = objects.split_uri(config["S3OutputPath"])
        base = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
        output = f"{base}{job.name}/output/"
        models, data = self._folders("ml/model"), self._folders("ml/output/data")
        if config.get("CompressionType") == "NONE":
            upload_files(objects, data, bucket, f"{output}data/")
            found: Any = upload_files(objects, models, bucket, f"{output}model/")
            key = f"{output}model/"
        else:
            scratch = job.files.root / "upload.tar.gz"
            upload_archive(objects, data, bucket, f"{output}output.tar.gz", scratch)
            key = f"{output}model.tar.gz"
            found = upload_archive(objects, models, bucket, key, scratch)
        return f"s3://{bucket}/{key}" if found else None

    def _folders(self, name: str) -> list[Path]:
        found = (files.real(name) for files in self._files)
        return [folder for folder in found if folder is not None and folder.is_dir()]
