"""The system calls of one run, recorded by strace and read strictly: what touches the home is understood or refused.

strace prints every string and path in hex (`-xx -y`), so a line has no quoting to get wrong. Calls that cannot change a
disk are left out by name; every other call that names the home has to be one that `_Reading` knows.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.scene import Scene
from tests.faults.zygote import ANNOUNCEMENTS, Zygote

HARMLESS = (
    "pread64,poll,ppoll,select,pselect6,epoll_wait,epoll_ctl,epoll_create1,futex,brk,munmap,"
    "mprotect,madvise,mremap,rt_sigaction,rt_sigprocmask,rt_sigreturn,sigaltstack,stat,lstat,fstat,newfstatat,statx,"
    "statfs,fstatfs,access,faccessat,faccessat2,readlink,readlinkat,getdents64,getcwd,ioctl,uname,sysinfo,getrandom,"
    "clone,clone3,vfork,fork,execve,exit,exit_group,wait4,waitid,set_robust_list,set_tid_address,rseq,gettid,getpid,"
    "getppid,getuid,geteuid,getgid,getegid,getgroups,prlimit64,arch_prctl,prctl,clock_gettime,clock_nanosleep,"
    "clock_getres,sched_yield,sched_getaffinity,sched_getparam,sched_getscheduler,sched_get_priority_max,"
    "sched_get_priority_min,pipe,pipe2,socketpair,socket,bind,listen,connect,accept4,sendto,recvfrom,sendmsg,recvmsg,"
    "getsockopt,setsockopt,getsockname,shutdown,eventfd2,fadvise64,flock,close,umask,restart_syscall,getrusage,times,"
    "tgkill,getxattr,lgetxattr,get_mempolicy,membarrier,mincore,chdir,fchdir"
)
_LINE = re.compile(r"(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*)|(\+\+\+ .*|--- .*))")
_ENDED = re.compile(r"(.*)\) += (-?\d+|0x[0-9a-f]+|\?)(.*)")
_HEX = re.compile(r"(?:\\x[0-9a-f]{2})*")
_PRINTED = re.compile(r"[<\"]((?:\\x[0-9a-f]{2})+)[>\"]")
_FD = re.compile(r"(-?\d+|AT_FDCWD)(?:<([^<>]*)>)?(?:\(deleted\))?")


class TraceNotUnderstood(Exception):
    """A line of the trace touches the home and is none that the model knows."""


@dataclass(frozen=True, slots=True)
class Call:
    """One finished system call. `result` is what it returned, below 0 when it failed."""

    thread: str
    name: str
    arguments: str
    result: int
    injected: bool


def calls(path: Path) -> Iterator[Call]:
    """The calls of a trace in the order in which they ended. Raises TraceNotUnderstood for a line of another form."""
    begun: dict[str, str] = {}
    for line in path.read_text().splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise TraceNotUnderstood(line[:300])
        pid, name, rest, resumed, tail, _ = match.groups()
        if resumed is not None:
            name, rest = resumed, begun.pop(pid) + tail
        if name is None:
            continue
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest.removesuffix("<unfinished ...>")
            continue
        ended = _ENDED.fullmatch(rest)
        if ended is None:
            raise TraceNotUnderstood(line[:300])
        arguments, result, after = ended.groups()
        value = -1 if result == "?" else int(result, 0)
        yield Call(pid, name, arguments.rstrip(), value, "(INJECTED)" in after)


def text(quoted: str) -> bytes:
    """The bytes of one hex-printed string or path, without its quotes. Raises TraceNotUnderstood when cut short."""
    bare = quoted.strip('"')
    if not _HEX.fullmatch(bare):
        raise TraceNotUnderstood(quoted[:300])
    return bytes.fromhex(bare.replace("\\x", ""))


def path_in(call: Call, home: Path) -> str | None:
    """The path that a call changes (of two, the new one), relative to the home; None when it is not in the home."""
    printed = [found for found in _PRINTED.findall(call.arguments) if found]
    paths = [os.fsdecode(text(found)) for found in printed]
    inside = [path for path in paths if path.startswith(f"{home}/")]
    return os.path.relpath(inside[-1], home) if inside else None


# -- what happened to the disk, and what was promised ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """A file (or folder) came to be under this path, relative to the home."""

    path: str
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes went into a file."""

    path: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """A file was cut, or grown by zeros."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A name became another; what had that one before is gone. With `linked` the old name stays."""

    path: str
    to: str
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A name was removed."""

    path: str


@dataclass(frozen=True, slots=True)
class Synced:
    """A file's bytes, or a folder's names, were asked to be durable, and the answer was yes."""

    path: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """The camera deleted this recording; its memory is another device, so that is durable."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """The run announced something."""

    line: dict[str, Any]


Step = Made | Wrote | Resized | Moved | Gone | Synced | Deleted | Said


def record(zygote: Zygote, scene: Scene, output: Path, bug: str | None = None) -> list[Step]:
    """Run one offload under strace and give everything that it did to the home, to the camera, and promised."""
    reading = _Reading(scene.home, scene.card)
    zygote.run("offload", scene, bug=bug, strace=["-o", str(output), "-s", "4000000", "-e", f"trace=!{HARMLESS}"])
    return [step for call in calls(output) for step in reading.understand(call)]


class _Reading:
    """Turns calls into steps. Made before the run, since a trace does not tell which files were there at first."""

    def __init__(self, home: Path, card: Path) -> None:
        self._home = str(home)
        self._card = str(card)
        self._there = {str(path) for path in home.rglob("*")}
        self._positions: dict[int, int] = {}
        self._known: dict[str, Callable[[Call, list[str]], Iterator[Step]]] = {
            "openat": self._open,
            "write": self._write,
            "pwrite64": self._pwrite,
            "lseek": self._seek,
            "read": self._read,
            "ftruncate": self._truncate,
            "fallocate": self._allocate,
            "rename": self._rename,
            "renameat2": self._rename_at,
            "link": self._link,
            "unlink": self._remove,
            "unlinkat": self._remove_at,
            "rmdir": self._remove,
            "mkdir": self._make_folder,
            "fsync": self._sync,
            "fdatasync": self._sync,
            "fcntl": self._control,
            "chmod": self._nothing,
            "fchmod": self._nothing,
            "fchown": self._nothing,
            "mmap": self._map,
        }

    def understand(self, call: Call) -> Iterator[Step]:
        """The steps of one call. Raises TraceNotUnderstood when it names the home and is unknown."""
        arguments = call.arguments.split(", ")
        if call.name == "write" and arguments[0].startswith(f"{ANNOUNCEMENTS}<"):
            for line in text(arguments[1]).splitlines():
                yield Said(json.loads(line))
        elif self._names(call, self._card) and call.name == "unlink" and call.result == 0:
            yield Deleted(Path(os.fsdecode(text(arguments[0]))).name)
        elif self._names(call, self._home) and call.result >= 0:
            known = self._known.get(call.name)
            if known is None:
                raise TraceNotUnderstood(f"{call.name}({call.arguments[:300]})")
            yield from known(call, arguments)

    @staticmethod
    def _names(call: Call, folder: str) -> bool:
        printed = "".join(f"\\x{byte:02x}" for byte in os.fsencode(folder))
        return printed in call.arguments

    def _relative(self, path: bytes) -> str:
        full = os.fsdecode(path)
        if full != self._home and not full.startswith(self._home + "/"):
            raise TraceNotUnderstood(f"{full} is not in the home")
        return os.path.relpath(full, self._home)

    def _path(self, argument: str) -> str:
        return self._relative(text(argument))

    def _file(self, argument: str) -> tuple[int, str]:
        match = _FD.fullmatch(argument)
        if match is None:
            raise TraceNotUnderstood(argument[:300])
        return int(match[1]), self._relative(text(match[2] or ""))

    def _open(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        path, flags = self._path(arguments[1]), arguments[2].split("|")
        if {"O_SYNC", "O_DSYNC", "O_DIRECT", "O_APPEND", "O_TMPFILE"} & set(flags):
            raise TraceNotUnderstood(f"{path} is opened with {flags}")
        full = f"{self._home}/{path}"
        if "O_CREAT" in flags and full not in self._there:
            self._there.add(full)
            yield Made(path)
        elif "O_TRUNC" in flags:
            yield Resized(path, 0)
        self._positions[call.result] = 0

    def _write(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        number, path = self._file(arguments[0])
        yield Wrote(path, self._positions[number], text(arguments[1])[: call.result])
        self._positions[number] += call.result

    def _pwrite(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        _, path = self._file(arguments[0])
        yield Wrote(path, int(arguments[3]), text(arguments[1])[: call.result])

    def _seek(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        number, _ = self._file(arguments[0])
        self._positions[number] = call.result
        return iter(())

    def _read(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        number, _ = self._file(arguments[0])
        self._positions[number] += call.result
        return iter(())

    def _truncate(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        _, path = self._file(arguments[0])
        yield Resized(path, int(arguments[1]))

    def _allocate(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        if arguments[1] != "FALLOC_FL_KEEP_SIZE":
            raise TraceNotUnderstood(f"fallocate({call.arguments})")
        return iter(())

    def _rename(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        yield from self._move(self._path(arguments[0]), self._path(arguments[1]))

    def _rename_at(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        yield from self._move(self._path(arguments[1]), self._path(arguments[3]))

    def _move(self, old: str, new: str) -> Iterator[Step]:
        self._there.discard(f"{self._home}/{old}")
        self._there.add(f"{self._home}/{new}")
        yield Moved(old, new)

    def _link(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        old, new = self._path(arguments[0]), self._path(arguments[1])
        self._there.add(f"{self._home}/{new}")
        yield Moved(old, new, linked=True)

    def _remove(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        path = self._path(arguments[0])
        self._there.discard(f"{self._home}/{path}")
        yield Gone(path)

    def _remove_at(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        yield from self._remove(call, arguments[1:])

    def _make_folder(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        path = self._path(arguments[0])
        self._there.add(f"{self._home}/{path}")
        yield Made(path, folder=True)

    def _sync(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        yield Synced(self._file(arguments[0])[1])

    def _control(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        if arguments[1].startswith("F_DUPFD"):
            raise TraceNotUnderstood(f"fcntl({call.arguments})")
        return iter(())

    def _nothing(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        return iter(())

    def _map(self, call: Call, arguments: list[str]) -> Iterator[Step]:
        if "PROT_WRITE" in arguments[2] and "MAP_SHARED" in arguments[3]:
            raise TraceNotUnderstood(f"mmap({call.arguments})")
        return iter(())
