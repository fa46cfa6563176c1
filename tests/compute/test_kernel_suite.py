"""jupyter_kernel_test's suite for ipykernel: on this machine, and on a notebook instance."""

from __future__ import annotations

from collections.abc import Iterator

import jupyter_kernel_test
import pytest

from jupyter_smext.compute import kernelspecs
from tests.compute.away import PYTHON, found_engine
from tests.compute.relayed_instances import Instances
from tests.local_engine import RunningEngine


@pytest.fixture(scope="module", autouse=True)
def instance(
    running_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with found_engine(running_engine, tmp_path_factory.mktemp("suite")):
        at = Instances(running_engine).create("suite")
        TestOnAnInstance.kernel_name = kernelspecs.write(at, "python3", PYTHON, "suite")
        yield


class TestOnThisMachine(jupyter_kernel_test.KernelTests):
    """What ipykernel says of itself for this suite (its samples are those of its documentation)."""

    kernel_name = "python3"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = [{"text": "zi", "matches": {"zip"}}]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n  x*2"]
    invalid_code_samples = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = [{"code": "1+2+3", "result": "6"}]
    code_display_data = [
        {
            "code": "from IPython.display import HTML, display; display(HTML('<b>test</b>'))",
            "mime": "text/html",
        }
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class TestOnAnInstance(TestOnThisMachine):
    """The same, every one of them."""
