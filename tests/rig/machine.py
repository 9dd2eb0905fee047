"""An emulated machine with the stock kernel's USB stack, over this computer's own files.

    with Machine() as machine:
        machine.plug("C001", folder, port="2")
        print(machine.run(["lsusb"]).stdout)

QEMU runs in software emulation, so no virtualisation is needed, and nothing is written outside the scratch folder:
the guest sees `/` read-only under a throw-away layer, and `/share` (`Machine.share` here) for both to write.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec

from tests.rig import initramfs
from tests.rig.initramfs import RigUnavailable
from tests.rig.lines import LineSocket, Monitor, wait_for

PACKAGES = {
    "qemu-system-x86_64": "qemu-system-x86",
    "setpriv": "util-linux",
    "gphoto2": "gphoto2",
    "mtp-detect": "mtp-tools",
    "age": "age",
}
BOOT_LIMIT_S = 180.0
HUB_PORTS = 8

SEE = """
while sleep 0.05; do
    for device in $(grep -lsx "$1" /sys/bus/usb/devices/*/serial); do
        path=$(basename "$(dirname "$device")")
        [ -e "/sys/bus/usb/devices/$path:1.0" ] && echo "$path" && exit
    done
done
"""
MISS = 'while grep -qsx "$1" /sys/bus/usb/devices/*/serial; do sleep 0.05; done'


class JobFailed(Exception):
    """A command in the machine ended otherwise than it had to; the text shows what it printed."""


@dataclass(frozen=True, slots=True)
class Job:
    """A command that was begun in the machine."""

    number: int
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command in the machine left: its exit code and all it printed."""

    command: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    def ok(self) -> Self:
        """This result, if the exit code is 0. Raises JobFailed otherwise."""
        if self.code != 0:
            raise JobFailed(f"{shlex.join(self.command)} ended with {self.code}\n{self.stdout}\n{self.stderr}")
        return self

    def objects(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object a line."""
        return [msgspec.json.decode(line, type=dict[str, Any]) for line in self.stdout.splitlines()]


@dataclass(frozen=True, slots=True)
class Request:
    """One MTP command as the emulated device logged it: operation code, and its five parameters."""

    code: int
    parameters: tuple[int, ...]


def missing() -> str | None:
    """Why the rig cannot run on this computer, in words; None when it can."""
    lacking = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if lacking:
        return f"the rig needs packages that are missing: apt-get install {' '.join(lacking)}"
    try:
        initramfs.installed_kernel()
        initramfs.static_busybox()
    except RigUnavailable as reason:
        return f"the rig cannot run: {reason}"
    return None


class Machine:
    """The running machine. One thread uses it; everything that it started is gone when the context ends.

    USB ports: "2", "3" and "4" are root ports at high speed; "1.1" to "1.8" belong to a full-speed hub on root port 1.
    """

    def __init__(self, processors: int = 2, memory_mib: int = 2048) -> None:
        self._processors, self._memory_mib = processors, memory_mib
        self._stack = ExitStack()
        self._finished: dict[int, int] = {}
        self.plugged: set[str] = set()
        self._jobs = 0

    def __enter__(self) -> Self:
        if reason := missing():
            raise RigUnavailable(reason)
        with self._stack as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dockwarden-rig-")))
            self.share = self._folder / "share"
            (self.share / "jobs").mkdir(parents=True)
            self._start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def _start(self) -> None:
        kernel = initramfs.installed_kernel()
        first = self._folder / "initrd.gz"
        first.write_bytes(initramfs.build(kernel, initramfs.static_busybox()))
        self._qemu = subprocess.Popen(self._command(kernel, first), stdin=subprocess.DEVNULL, cwd=self._folder)
        self._stack.callback(self._kill)
        for name in ("monitor", "jobs"):
            wait_for(f"QEMU's {name} socket", (self._folder / name).exists)
        self._lines = LineSocket(self._folder / "jobs")
        self._stack.callback(self._lines.close)
        self._monitor = Monitor(self._folder / "monitor")
        self._stack.callback(self._monitor.close)
        self._boot()

    def _command(self, kernel: initramfs.Kernel, first: Path) -> list[str]:
        """QEMU's command line. `setpriv` ends it with us, however we end."""
        here = self._folder
        return [
            *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-nodefaults", "-display", "none", "-no-reboot"),
            *(
                "-accel",
                "tcg,thread=multi,tb-size=1024",
                "-cpu",
                "max",
                "-smp",
                str(self._processors),
                "-m",
                str(self._memory_mib),
            ),
            *("-kernel", str(kernel.image), "-initrd", str(first)),
            *("-append", "console=ttyS0 panic=-1 quiet edd=off mitigations=off"),
            *("-serial", f"file:{here}/console", "-qmp", f"unix:{here}/monitor,server=on,wait=off"),
            *("-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"),
            *("-device", "virtio-9p-pci,fsdev=root,mount_tag=root"),
            *("-fsdev", f"local,id=share,path={self.share},security_model=none"),
            *("-device", "virtio-9p-pci,fsdev=share,mount_tag=share"),
            *("-chardev", f"socket,id=jobs,path={here}/jobs,server=on,wait=off"),
            *("-device", "virtio-serial-pci", "-device", "virtserialport,chardev=jobs"),
            *("-device", "qemu-xhci,id=usb,p2=4,p3=4"),
            *("-device", f"usb-hub,bus=usb.0,port=1,ports={HUB_PORTS},port-power=on"),
            *("-trace", f"enable=usb_mtp_command,file={here}/requests"),
        ]

    def _boot(self) -> None:
        try:
            if self._lines.read(BOOT_LIMIT_S) != b"ready":
                raise EOFError
        except EOFError:
            raise RigUnavailable(f"the machine did not boot:\n{self.console()[-2000:]}") from None

    def _kill(self) -> None:
        self._qemu.kill()
        self._qemu.wait()

    def console(self) -> str:
        """What the kernel printed."""
        return (self._folder / "console").read_text(errors="replace")

    def start(self, command: Sequence[str | Path], environment: dict[str, str] | None = None) -> Job:
        """Begin a command in the machine, in the folder where we are here."""
        self._jobs += 1
        job = Job(self._jobs, tuple(str(word) for word in command))
        folder = self._job_folder(job)
        folder.mkdir()
        settings = {"HOME": "/root", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
        exports = "".join(f"export {k}={shlex.quote(v)}\n" for k, v in (settings | (environment or {})).items())
        here = shlex.quote(str(Path.cwd()))
        script = folder / "run"
        script.write_text(f"#!/bin/sh\n{exports}cd {here}\nexec {shlex.join(job.command)}\n")
        script.chmod(0o755)
        self._lines.write(b"%d" % job.number)
        return job

    def _job_folder(self, job: Job) -> Path:
        return self.share / "jobs" / str(job.number)

    def wait(self, job: Job, limit_s: float = 120) -> Result:
        """Wait for a job's end. Raises RigTimeout when the machine is silent for longer than `limit_s` seconds."""
        while job.number not in self._finished:
            number, code = self._lines.read(limit_s).split()
            self._finished[int(number)] = int(code)
        out, err = ((self._job_folder(job) / name).read_text(errors="replace") for name in ("stdout", "stderr"))
        return Result(job.command, self._finished[job.number], out, err)

    def run(
        self, command: Sequence[str | Path], environment: dict[str, str] | None = None, limit_s: float = 120
    ) -> Result:
        """Run a command in the machine to its end."""
        return self.wait(self.start(command, environment), limit_s)

    def plug(self, serial: str, folder: Path, port: str) -> str:
        """Put in an MTP device over `folder`, and return the USB path ("1-2") once the kernel has configured it."""
        where = {"bus": "usb.0", "port": port, "rootdir": str(folder.resolve()), "readonly": False}
        self._monitor.command("device_add", driver="usb-mtp", id=serial, serial=serial, **where)
        self.plugged.add(serial)
        return self.run(["sh", "-c", SEE, "see", serial], limit_s=60).ok().stdout.strip()

    def unplug(self, serial: str) -> None:
        """Pull a device out, and return when the kernel has noticed."""
        self.pull(serial)
        self.run(["sh", "-c", MISS, "miss", serial], limit_s=60).ok()

    def pull(self, serial: str) -> None:
        """Pull a device out, now, whether the machine runs or is paused."""
        self._monitor.delete_device(serial)
        self.plugged.remove(serial)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold the machine still: no instruction runs, no byte moves on its USB."""
        self._monitor.command("stop")
        try:
            yield
        finally:
            self._monitor.command("cont")

    def read_offset(self, file: Path) -> int | None:
        """How far a plugged device has read `file` for the transfer that is under way; None when none is."""
        for handle in Path(f"/proc/{self._qemu.pid}/fd").iterdir():
            try:
                if handle.readlink() == file.resolve():
                    return int((handle.parent.parent / "fdinfo" / handle.name).read_text().split()[1])
            except FileNotFoundError:
                continue
        return None

    def requests(self) -> list[Request]:
        """Every MTP command that any device got since the machine started, in order, as the device logged it."""
        found = re.findall(r"code (0x[0-9a-f]+), trans 0x[0-9a-f]+, args (.*)", (self._folder / "requests").read_text())
        return [Request(int(code, 16), tuple(int(word, 16) for word in args.split(","))) for code, args in found]
