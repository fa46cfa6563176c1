"""An engine killed at any moment of a stack's making or deletion finishes it, without doubles."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from tests.local.cloudformation.stack import QUICK
from tests.local.cloudformation.test_stacks import CAPABLE, HOSTING
from tests.local.trials.engine_process import EngineProcess

ROUNDS = 3
SLOW = [
    {"kind": "latency", "operation": operation, "seconds": 0.05}
    for operation in (
        *("CreateBucket", "CreateRole", "AttachRolePolicy", "CreateModel", "CreateEndpointConfig"),
        *("DeleteEndpointConfig", "DeleteModel", "DetachRolePolicy", "DeleteRole", "DeleteBucket"),
    )
]


def left(engine: EngineProcess) -> list[int]:
    """How many of each kind there are that the stack makes."""
    sagemaker = engine.client("sagemaker")
    return [
        len(engine.client("s3").list_buckets()["Buckets"]),
        len(engine.client("iam").list_roles()["Roles"]) - 1,
        len(sagemaker.list_models()["Models"]),
        len(sagemaker.list_endpoint_configs()["EndpointConfigs"]),
    ]


def test_a_killed_engine_finishes_what_it_began(tmp_path: Path) -> None:
    rng = random.Random(5)
    engine = EngineProcess(tmp_path / "home")
    engine.start()

    def killed(stack: str, ask: Callable[[], object], most: int) -> None:
        """Ask for something, and kill the engine when so many events more are told."""
        client = engine.client("cloudformation")

        def told() -> int:
            return len(client.describe_stack_events(StackName=stack)["StackEvents"])

        engine.fault(*SLOW)
        before = told()
        ask()
        until = before + rng.randrange(most)
        while told() < until:
            continue
        engine.kill()
        engine.start()

    try:
        for number in range(ROUNDS):
            name = f"round-{number}"
            client = engine.client("cloudformation")
            review = client.create_change_set(
                StackName=name,
                ChangeSetName="all",
                ChangeSetType="CREATE",
                TemplateBody=HOSTING,
                **CAPABLE,
            )
            stack, change_set = review["StackId"], review["Id"]
            killed(stack, lambda c=client, x=change_set: c.execute_change_set(ChangeSetName=x), 14)
            client = engine.client("cloudformation")
            waited = {"StackName": stack, "WaiterConfig": QUICK}
            client.get_waiter("stack_create_complete").wait(**waited)
            assert left(engine) == [1, 1, 1, 1]
            killed(stack, lambda c=client, s=stack: c.delete_stack(StackName=s), 9)
            client = engine.client("cloudformation")
            client.get_waiter("stack_delete_complete").wait(**waited)
            assert left(engine) == [0, 0, 0, 0]
    finally:
        engine.stop()
