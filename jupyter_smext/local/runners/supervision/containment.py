"""Linux namespaces of a tree: its own process numbers, /opt/ml and network; no other's files.

Imported by the engine, and by `supervision_init` and itself as scripts: so it imports nothing of
this package, and what it imports is there in every Python.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_NEWNS, _NEWIPC = 0x00020000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _REC, _SLAVE = 32, 4096, 16384, 1 << 19
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_CAPABILITY_VERSION_3 = 0x20080522
_EINVAL = 22

#: The capabilities that root keeps inside, by number: Docker's default ones without MKNOD. With
#: SYS_ADMIN mounts could be taken off again, with SYS_PTRACE and DAC_READ_SEARCH be got around.
#: CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT
#: AUDIT_WRITE SETFCAP
_KEPT_CAPABILITIES = frozenset((0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 29, 31))

_PROBE_SECONDS = 10.0
_SWITCHES = {
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
    "kernel/unprivileged_userns_clone": ("0", "1"),
    "user/max_user_namespaces": ("0", "10000"),
}


@functools.cache
def why_not() -> str | None:
    """None when this machine lets this user have namespaces, else the reason in words.

    Found out by trying, in a process of its own (about 0.05 s), once.
    """
    if sys.platform != "linux":
        return "only Linux has the namespaces that it takes"
    command = [sys.executable, "-I", "-S", __file__]
    try:
        tried = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PROBE_SECONDS,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"trying it failed ({error})"
    if tried.returncode == 0:
        return None
    said = tried.stdout.decode("utf-8", "replace").strip().splitlines()
    why = f"this system does not allow it ({said[-1] if said else 'the attempt was killed'})"
    for name, (bad, good) in _SWITCHES.items():
        switch = Path("/proc/sys", name)
        if switch.exists() and switch.read_text().strip() == bad:
            setting = name.replace("/", ".")
            why += f"; an administrator can change that: sysctl -w {setting}={good}"
            break
    return why


def enter(
    home: str | None,
    own: Sequence[str] = (),
    opt_ml: str | None = None,
    network: bool = True,
    hosts: str | None = None,
    tell: Callable[[int], None] = lambda pid: None,
) -> None:
    """Go on as process 1 of namespaces of its own. Raises OSError.

    Of `home` only the folders in `own` are seen from then on, at their paths, and `opt_ml` is seen
    as /opt/ml, the file `hosts` as /etc/hosts; without `network` only a loopback of its own is
    there. The process that called stays outside until this one ends. Its death, however it comes,
    is the death of all that is inside. It is `tell` told the number this one has outside.
    """
    cwd = os.getcwd()
    _unshare(_NEWNS | _NEWPID | _NEWIPC | (0 if network else _NEWNET))
    child = os.fork()
    if child:
        tell(child)
        _stay(child)
    _libc("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    # What is mounted here is not seen outside; what is unmounted outside is not held here.
    _mount(None, "/", None, _REC | _SLAVE)
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    if os.path.isdir("/dev/shm"):
        _mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV, "mode=1777")
    if opt_ml is not None:
        _show_opt_ml(opt_ml)
    if hosts is not None and os.path.isfile("/etc/hosts"):
        _mount(hosts, "/etc/hosts", None, _BIND)
    if home is not None:
        _cover(home, own)
    if not network:
        _loopback_up()
    os.chdir(cwd)  # the same path, in what is seen now
    _drop_capabilities()


def _stay(child: int) -> None:
    """The process outside: who signals it means the one inside."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _unshare(kinds: int) -> None:
    """Root takes namespaces as it is; everybody else owns a user namespace first, as oneself."""
    try:
        _libc("unshare", kinds)
        return
    except PermissionError:
        user, group = os.geteuid(), os.getegid()
    _libc("unshare", kinds | _NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _show_opt_ml(folder: str) -> None:
    if not os.path.isdir("/opt/ml"):
        _make_room("/opt", "ml")
    _mount(folder, "/opt/ml", None, _BIND | _REC)


def _make_room(parent: str, name: str) -> None:
    """A folder in `parent` that the disk has not got: all else in it is as it was."""
    if not os.path.isdir(parent):
        raise FileNotFoundError(
            2, f"This machine has no folder {parent}, so {parent}/{name} cannot be shown: make one"
        )
    before = os.open(parent, os.O_PATH | os.O_DIRECTORY)
    entries = sorted(os.scandir(parent), key=lambda entry: entry.name)
    _mount("tmpfs", parent, "tmpfs", _NOSUID | _NODEV, "mode=755")
    for entry in entries:
        source = f"/proc/self/fd/{before}/{entry.name}"
        if entry.is_symlink():
            os.symlink(os.readlink(source), entry.path)
            continue
        if stat.S_ISDIR(os.stat(source).st_mode):
            os.mkdir(entry.path)
        else:
            os.close(os.open(entry.path, os.O_WRONLY | os.O_CREAT))
        _mount(source, entry.path, None, _BIND | _REC)
    os.close(before)
    os.mkdir(f"{parent}/{name}")


def _cover(home: str, own: Sequence[str]) -> None:
    kept = [(path, os.open(path, os.O_PATH | os.O_DIRECTORY)) for path in own]
    flags = _NOSUID | _NODEV
    _mount("tmpfs", home, "tmpfs", flags, "mode=755,size=64k")
    for path, folder in kept:
        os.makedirs(path)
        _mount(f"/proc/self/fd/{folder}", path, None, _BIND | _REC)
        os.close(folder)
    _mount(None, home, None, flags | _REMOUNT | _RDONLY)


def _loopback_up() -> None:
    import fcntl
    import socket
    import struct

    set_flags, up = 0x8914, 0x1
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH22x", b"lo", up))


def _drop_capabilities() -> None:
    """Leave this process no more than any program gets that it runs: nothing, but for root."""
    kept = sum(1 << number for number in _KEPT_CAPABILITIES) if os.geteuid() == 0 else 0
    for number in range(64):
        if number not in _KEPT_CAPABILITIES:
            try:
                _libc("prctl", _PR_CAPBSET_DROP, number, 0, 0, 0)
            except OSError as error:
                if error.errno != _EINVAL:  # past the last one this kernel knows
                    raise
                break
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # effective, permitted and inheritable of capabilities 0 to 31, then of 32 to 63
    sets = (ctypes.c_uint32 * 6)()
    _libc("capget", header, sets)
    sets[:] = [each & mask for each, mask in zip(sets, [kept] * 3 + [0] * 3, strict=True)]
    _libc("capset", header, sets)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    try:
        _libc("mount", *words, ctypes.c_ulong(flags), data.encode() or None)
    except OSError as error:
        raise OSError(error.errno, f"mounting {target}: {error.strerror}") from None


def _libc(name: str, *given: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*given) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _probe() -> None:
    try:
        enter(None, network=False)
    except OSError as error:
        print(error.strerror or error)
        sys.exit(1)


if __name__ == "__main__":
    _probe()
