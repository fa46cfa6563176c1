"""Studio's apps through boto3: real JupyterLab processes, Studio's states, words and sign-in."""

from __future__ import annotations

import base64
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.jupyter import studio_runner, studio_settings
from tests.local.jupyter_browser import Browser, run_in_kernel, tree, until
from tests.local_engine import RunningEngine

ROLE = "arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole"
REGION = "us-east-1"


class Studio:
    """A domain with the user `me`, and what one asks of it."""

    def __init__(self, engine: RunningEngine, name: str, **settings: Any) -> None:
        self.engine = engine
        self.client = engine.client("sagemaker")
        made = self.client.create_domain(
            DomainName=name,
            AuthMode="IAM",
            DefaultUserSettings={"ExecutionRole": ROLE, **settings},
        )
        self.domain = made["DomainId"]
        self.client.create_user_profile(DomainId=self.domain, UserProfileName="me")

    def space(self, name: str, owner: str = "me", **settings: Any) -> str:
        """Create a private space for JupyterLab and answer its ARN."""
        answer = self.client.create_space(
            DomainId=self.domain,
            SpaceName=name,
            SpaceSettings={"AppType": "JupyterLab", **settings},
            OwnershipSettings={"OwnerUserProfileName": owner},
            SpaceSharingSettings={"SharingType": "Private"},
        )
        return str(answer["SpaceArn"])

    def app(self, space: str, **more: Any) -> dict[str, Any]:
        """What names an app in every call."""
        app = {"DomainId": self.domain, "SpaceName": space, "AppType": "JupyterLab"}
        return {**app, "AppName": "default", **more}

    def create(self, space: str, **more: Any) -> str:
        return str(self.client.create_app(**self.app(space, **more))["AppArn"])

    def describe(self, space: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.describe_app(**self.app(space))
        answer.pop("ResponseMetadata")
        return answer

    def wait(self, space: str, status: str) -> dict[str, Any]:
        """Wait until the app of a space has a state."""

        def there() -> dict[str, Any] | None:
            seen = self.describe(space)
            assert status == "Failed" or seen["Status"] != "Failed", seen["FailureReason"]
            return seen if seen["Status"] == status else None

        return dict(until(there, 60))

    def delete(self, space: str) -> None:
        self.client.delete_app(**self.app(space))
        self.wait(space, "Deleted")

    def presign(self, **more: Any) -> str:
        given = {"DomainId": self.domain, "UserProfileName": "me", **more}
        return str(self.client.create_presigned_domain_url(**given)["AuthorizedUrl"])

    def refused(self, operation: str, **given: Any) -> tuple[str, str]:
        """The code and message an operation is refused with."""
        with pytest.raises(ClientError) as caught:
            getattr(self.client, operation)(**given)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    def folder(self, space: str) -> Path:
        detail = self.engine.store.get(REGION, "Space", f"{self.domain},{space}")
        assert detail is not None
        return self.engine.home / "studio-spaces" / REGION / detail["_id"]


@pytest.fixture(scope="module")
def studio(running_engine: RunningEngine) -> Iterator[Studio]:
    """A domain for tests that leave nothing running in it."""
    yield Studio(running_engine, "shared")


def test_life(fresh_engine: RunningEngine) -> None:
    engine = fresh_engine
    studio = Studio(engine, "life")
    client = studio.client
    space = studio.space("lab")
    arn = studio.create("lab", Tags=[{"Key": "team", "Value": "a"}])
    assert (
        arn
        == f"arn:aws:sagemaker:us-east-1:000000000000:app/{studio.domain}/lab/JupyterLab/default"
    )
    assert studio.describe("lab")["Status"] == "Pending"
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "a"}]
    code, words = studio.refused(
        "create_presigned_domain_url", DomainId=studio.domain, UserProfileName="me", SpaceName="lab"
    )
    assert code == "ValidationException"
    assert words.startswith(
        "App [default] associated with space [lab] and userprofile [null] is not"
    )

    up = studio.wait("lab", "InService")
    assert up["ResourceSpec"] == {"InstanceType": "ml.t3.medium"}
    assert up["LastHealthCheckTimestamp"] == up["LastUserActivityTimestamp"]
    (listed,) = client.list_apps(SpaceNameEquals="lab")["Apps"]
    assert (listed["AppName"], listed["Status"]) == ("default", "InService")
    processes = tree(arn)
    (server,) = [process for process in processes if "jupyterlab" in process.cmdline()]
    assert server.environ()["AWS_ENDPOINT_URL"] == engine.url

    # Signing in: once, and only with the URL.
    presigned = studio.presign(SpaceName="lab", LandingUri="app:JupyterLab:")
    at = client.describe_space(DomainId=studio.domain, SpaceName="lab")["Url"]
    assert presigned.startswith(f"{at}/?authToken=")
    assert urlsplit(at).path == "/jupyterlab/default"
    for path in ("", "/lab", "/api/contents", "/api/status"):
        assert Browser().get(at + path)[0] == 403
    browser = Browser()
    status, landed, page = browser.get(presigned)
    assert (status, landed) == (200, f"{at}/lab") and b"jupyter-config-data" in page
    assert Browser().get(presigned)[0] == 403
    assert browser.get(f"{at}/api/contents")[0] == 200
    file = studio.presign(SpaceName="lab", LandingUri="app:JupyterLab:/lab/tree/a.txt")
    assert Browser().get(file)[1] == f"{at}/lab/tree/a.txt"

    # What runs inside finds the engine, knows that it is in Studio, and sees nothing of others.
    apart = supervision.namespaces() is None
    code = f"""
import boto3, json, os, pathlib, subprocess
subprocess.Popen(["sleep", "600"], start_new_session=True)
found = boto3.client("sagemaker").describe_space(DomainId={studio.domain!r}, SpaceName="lab")
assert found["SpaceArn"] == {space!r}
if {apart!r}:
    about = json.loads(pathlib.Path("/opt/ml/metadata/resource-metadata.json").read_text())
    assert about["DomainId"] == {studio.domain!r} and about["SpaceName"] == "lab"
    assert about["ResourceArn"] == {arn!r} and about["ExecutionRoleArn"] == {ROLE!r}
    assert os.listdir({str(engine.home)!r}) == ["studio-spaces"]
assert str(pathlib.Path.home()) == os.getcwd()
pathlib.Path("mine.txt").write_text("kept")
"""
    run_in_kernel(studio.presign(SpaceName="lab"), code)
    processes = tree(arn)
    assert "sleep" in {process.name() for process in processes}

    # While it is there, nothing that it stands on goes away.
    assert studio.refused("create_app", **studio.app("lab"))[0] == "ResourceInUse"
    assert studio.refused("create_app", **studio.app("lab", AppName="other"))[0] == "ResourceInUse"
    for operation, given, words in (
        (
            "delete_space",
            {"SpaceName": "lab"},
            f"Space [{space}] because App(s) are associated with it.",
        ),
        (
            "delete_user_profile",
            {"UserProfileName": "me"},
            "because Space(s) are associated with it.",
        ),
        ("delete_domain", {}, "because UserProfile(s) are associated with it."),
    ):
        code, message = studio.refused(operation, DomainId=studio.domain, **given)
        assert code == "ResourceInUse" and message.startswith("Unable to delete ")
        assert message.endswith(words)

    client.delete_app(**studio.app("lab"))
    assert studio.describe("lab")["Status"] in ("Deleting", "Deleted")
    studio.wait("lab", "Deleted")
    assert tree(arn) == [] and not any(process.is_running() for process in processes)
    assert [each["Status"] for each in client.list_apps()["Apps"]] == ["Deleted"]
    assert "Url" not in client.describe_space(DomainId=studio.domain, SpaceName="lab")
    assert studio.refused("delete_app", **studio.app("lab")) == (
        "ValidationException",
        f"App [{arn}] has already been deleted.",
    )

    # The switch of an instance type, as the toolkit does it; the files are still there.
    settings = {"JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.m5.large"}}}
    echo = {"AppType": "JupyterLab", **settings}
    where = {"DomainId": studio.domain, "SpaceName": "lab"}
    assert studio.refused("update_space", **where, SpaceSettings=echo) == (
        "ValidationException",
        "Updating AppType for Space is not supported",
    )
    client.update_space(**where, SpaceSettings=settings)
    studio.create("lab")
    up = studio.wait("lab", "InService")
    assert up["ResourceSpec"] == {"InstanceType": "ml.m5.large"}
    home = studio.folder("lab")
    assert (home / "sagemaker-user" / "mine.txt").read_text() == "kept"
    log = (home / ".app" / "logs" / "jupyter.log").read_text()
    assert "of ml.m5.large's" in log and "kept but not applied: ExecutionRole" in log

    # With the engine it comes back; killed, it has Failed.
    engine.restart()
    studio.client = client = engine.client("sagemaker")
    assert studio.describe("lab")["Status"] in ("Pending", "InService")
    studio.wait("lab", "InService")
    run_in_kernel(studio.presign(), "assert open('mine.txt').read() == 'kept'")
    next(p for p in tree(arn) if "jupyterlab" in p.cmdline()).send_signal(signal.SIGKILL)
    why = studio.wait("lab", "Failed")["FailureReason"]
    assert "was ended by signal 9 while it was in service" in why
    assert tree(arn) == []

    studio.delete("lab")
    client.delete_space(**where)
    gone = lambda: engine.store.get(REGION, "Space", f"{studio.domain},lab") is None  # noqa: E731
    until(gone)
    assert not home.exists() and client.list_apps()["Apps"] == []
    client.delete_user_profile(DomainId=studio.domain, UserProfileName="me")
    client.delete_domain(DomainId=studio.domain)


def test_bad_requests_change_nothing(studio: Studio) -> None:
    studio.space("bad")
    studio.client.create_space(
        DomainId=studio.domain, SpaceName="code", SpaceSettings={"AppType": "CodeEditor"}
    )
    before = studio.client.list_apps()["Apps"]
    config = "arn:aws:sagemaker:us-east-1:000000000000:studio-lifecycle-config/none"
    for change, code, words in (
        ({"AppType": "KernelGateway"}, "UnsupportedOperation", "needs AWS"),
        ({"AppType": "CodeEditor"}, "UnsupportedOperation", "needs AWS"),
        ({"SpaceName": "code"}, "ValidationException", "for apps of type CodeEditor"),
        ({"SpaceName": "nowhere"}, "ResourceNotFound", "nowhere"),
        ({"DomainId": "d-abcdefgh1234"}, "ResourceNotFound", "d-abcdefgh1234"),
        ({"UserProfileName": "me"}, "ValidationException", "runs in a space"),
        ({"AppName": "../../up"}, "ValidationException", "pattern"),
        ({"ResourceSpec": {"InstanceType": "system"}}, "ValidationException", "other than system"),
        ({"ResourceSpec": {"InstanceType": "ml.no"}}, "ValidationException", "enum value set"),
        ({"ResourceSpec": {"LifecycleConfigArn": config}}, "ResourceNotFound", "none"),
    ):
        given = studio.app("bad", **change)
        assert studio.refused("create_app", **given)[0] == code, change
        assert words in studio.refused("create_app", **given)[1], change
    assert studio.client.list_apps()["Apps"] == before
    assert studio.refused("delete_app", **studio.app("bad"))[0] == "ResourceNotFound"
    studio.engine.faults([{"kind": "quota", "noun": "App"}])
    code, words = studio.refused("create_app", **studio.app("bad"))
    assert code == "ResourceLimitExceeded"
    assert "'Studio JupyterLab Apps running on ml.t3.medium instances' is 0 Apps" in words
    studio.engine.faults([])
    assert studio.client.list_apps()["Apps"] == before


def test_storage_only_grows_within_the_domain(running_engine: RunningEngine) -> None:
    storage = {"DefaultEbsVolumeSizeInGb": 5, "MaximumEbsVolumeSizeInGb": 20}
    settings = {"SpaceStorageSettings": {"DefaultEbsStorageSettings": storage}}
    studio = Studio(running_engine, "storage", **settings)

    def of(size: int) -> dict[str, Any]:
        return {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": size}}}

    with pytest.raises(ClientError, match="more than the 20 GB"):
        studio.space("big", **of(21))
    studio.space("fits", **of(10))
    where = {"DomainId": studio.domain, "SpaceName": "fits"}
    for size, words in ((9, "can only grow"), (21, "more than the 20 GB")):
        assert words in studio.refused("update_space", **where, SpaceSettings=of(size))[1]
    studio.client.update_space(**where, SpaceSettings=of(20))
    found = studio.client.describe_space(**where)["SpaceSettings"]
    assert found == {"AppType": "JupyterLab", **of(20)}
    with pytest.raises(ClientError, match="nobody"):
        studio.space("foreign", owner="nobody")


def test_presigned_urls_say_what_is_not_there(studio: Studio) -> None:
    studio.space("mine")
    studio.client.create_user_profile(DomainId=studio.domain, UserProfileName="other")
    given = {"DomainId": studio.domain, "UserProfileName": "me"}
    for more, words in (
        ({}, "no home page of Studio"),
        ({"LandingUri": "studio::"}, "needs AWS"),
        ({"LandingUri": "app:Canvas:"}, "needs AWS"),
        ({"SpaceName": "nowhere"}, "nowhere"),
        ({"UserProfileName": "nobody"}, "nobody"),
        ({"UserProfileName": "other", "SpaceName": "mine"}, "is private to me"),
    ):
        assert words in studio.refused("create_presigned_domain_url", **{**given, **more})[1], more


def test_lifecycle_scripts(studio: Studio) -> None:
    def config(name: str, text: str, kind: str = "JupyterLab") -> str:
        answer = studio.client.create_studio_lifecycle_config(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigContent=base64.b64encode(text.encode()).decode(),
            StudioLifecycleConfigAppType=kind,
        )
        return str(answer["StudioLifecycleConfigArn"])

    other = {"LifecycleConfigArn": config("other", "true", "CodeEditor")}
    studio.space("scripted")
    app = studio.app("scripted", ResourceSpec=other)
    assert "for apps of type CodeEditor" in studio.refused("create_app", **app)[1]

    studio.space("garbled")
    garbled = studio.client.create_studio_lifecycle_config(
        StudioLifecycleConfigName="garbled",
        StudioLifecycleConfigContent="not base64!",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    studio.create("garbled", ResourceSpec={"LifecycleConfigArn": garbled})
    assert "is not base64" in studio.wait("garbled", "Failed")["FailureReason"]

    broken = config("broken", "echo no such thing >&2; exit 3")
    settings = {"JupyterLabAppSettings": {"DefaultResourceSpec": {"LifecycleConfigArn": broken}}}
    where = {"DomainId": studio.domain, "SpaceName": "scripted"}
    studio.client.update_space(**where, SpaceSettings=settings)
    arn = studio.create("scripted")
    why = studio.wait("scripted", "Failed")["FailureReason"]
    assert broken in why and arn in why
    assert "its OnStart script ended with exit code 3. Log: no such thing" in why
    assert tree(arn) == []
    printed = studio.engine.client("logs").filter_log_events(
        logGroupName="/aws/sagemaker/studio",
        logStreamNames=[f"{studio.domain}/scripted/JupyterLab/default/LifecycleConfigOnStart"],
    )
    assert [event["message"] for event in printed["events"]] == ["no such thing"]
    # A Failed app is in the way until it is deleted, as in Studio.
    assert studio.refused("create_app", **studio.app("scripted"))[0] == "ResourceInUse"
    studio.delete("scripted")

    idle = {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 90}
    studio.client.update_user_profile(
        DomainId=studio.domain,
        UserProfileName="me",
        UserSettings={"JupyterLabAppSettings": {"AppLifecycleManagement": {"IdleSettings": idle}}},
    )
    good = config("good", "echo ran > ~/trace")
    studio.create("scripted", ResourceSpec={"LifecycleConfigArn": good})
    studio.wait("scripted", "InService")
    home = studio.folder("scripted")
    assert (home / "sagemaker-user" / "trace").read_text() == "ran\n"
    text = (home / ".app" / "config" / "jupyter_server_config.py").read_text()
    assert "c.ServerApp.shutdown_no_activity_timeout = 5400" in text
    # What the server then does by itself: it ends, and the app counts as deleted.
    browser = Browser()
    base = browser.get(studio.presign(SpaceName="scripted"))[1].rpartition("/lab")[0]
    headers = {"X-XSRFToken": str(browser.cookie("_xsrf").value)}
    assert browser.get(f"{base}/api/shutdown", method="POST", headers=headers)[0] == 200
    studio.wait("scripted", "Deleted")


def test_capacity_that_is_not_there_is_a_reason(studio: Studio) -> None:
    studio.space("full")
    studio.engine.faults([{"kind": "capacity", "noun": "App"}])
    studio.create("full", ResourceSpec={"InstanceType": "ml.m5.large"})
    why = studio.wait("full", "Failed")["FailureReason"]
    assert why.startswith(
        "EC2InsufficientCapacityError: Instance type 'ml.m5.large' is temporarily"
    )
    studio.engine.faults([])
    studio.delete("full")


def test_what_was_under_way_is_finished_after_a_restart(fresh_engine: RunningEngine) -> None:
    studio = Studio(fresh_engine, "recover")
    store = fresh_engine.store
    day = studio_runner.REMEMBERED_SECONDS
    for space, facts in {
        "leaves": {"Status": "Deleting"},
        "recent": {"Status": "Deleted", "_deleted": time.time() - day + 600},
        "old": {"Status": "Deleted", "_deleted": time.time() - day - 1},
    }.items():
        studio.space(space)
        app = studio.app(space)
        arn = f"arn:aws:sagemaker:us-east-1:000000000000:app/{studio.domain}/{space}/x/y"
        detail = {**app, "AppArn": arn, "CreationTime": 1.0, "_id": space, **facts}
        fresh_engine.put("App", detail)
    studio.space("going")
    store.update(REGION, "Space", f"{studio.domain},going", {"Status": "Deleting"})
    folder = studio.folder("going")
    folder.mkdir(parents=True)
    fresh_engine.restart()
    studio.client = fresh_engine.client("sagemaker")
    studio.wait("leaves", "Deleted")
    until(lambda: not folder.exists())
    listed = lambda: [each["SpaceName"] for each in studio.client.list_apps()["Apps"]]  # noqa: E731
    until(lambda: sorted(listed()) == ["leaves", "recent"])
    until(lambda: "going" not in [s["SpaceName"] for s in studio.client.list_spaces()["Spaces"]])


def layer(**spec: str) -> dict[str, Any]:
    return {"DefaultResourceSpec": spec}


def test_the_nearest_setting_wins() -> None:
    spec = studio_settings.resource_spec
    assert spec({}, []) == {"InstanceType": "ml.t3.medium"}
    near, far = layer(InstanceType="ml.m5.large"), layer(InstanceType="ml.c5.large")
    assert spec({}, [{}, near, far]) == {"InstanceType": "ml.m5.large"}
    assert spec({"InstanceType": "ml.t3.large"}, [near]) == {"InstanceType": "ml.t3.large"}
    # The version of one image is no version of another.
    image = {"SageMakerImageArn": "one"}
    other = layer(SageMakerImageArn="two", SageMakerImageVersionArn="two/1")
    assert spec(image, [other]) == {**image, "InstanceType": "ml.t3.medium"}
    config = layer(LifecycleConfigArn="config")
    assert spec({"LifecycleConfigArn": "None"}, [config]) == {"InstanceType": "ml.t3.medium"}


def test_idle_shutdown_is_the_users_to_allow_and_the_spaces_to_time() -> None:
    def idle(**settings: Any) -> dict[str, Any]:
        return {"AppLifecycleManagement": {"IdleSettings": settings}}

    seconds = studio_settings.idle_seconds
    on = idle(LifecycleManagement="ENABLED", IdleTimeoutInMinutes=60)
    assert seconds([{}, on]) == 3600
    assert seconds([idle(IdleTimeoutInMinutes=120), {}, on]) == 7200
    assert seconds([idle(IdleTimeoutInMinutes=120), {}]) is None
    assert seconds([{}, idle(LifecycleManagement="DISABLED"), on]) is None
    assert seconds([{}, idle(LifecycleManagement="ENABLED")]) is None
