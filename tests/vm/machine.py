"""One throw-away virtual machine: boots an overlay of the image, runs commands in it, pulls its plugs.

Plain emulation, no KVM: everything in it is some ten to fifteen times slower than here, so all waiting is for a
condition. The guest reaches nobody; its port 8080 is a port of this host, and folders of the host appear in it
read-only. As on a Pi, the kernel's parameters lie on a partition of their own, and are read anew at each boot.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

BOOTS_WITHIN_S = 600.0
CMDLINE = (
    "root=LABEL=station-root rw console=ttyS0 quiet systemd.show_status=0 net.ifnames=0 mitigations=off nowatchdog"
)
"""The kernel's parameters at the first boot; without its guards against other processors' flaws it is quicker here."""
DATA_DISK_BYTES = 320 * 1024 * 1024
"""The store begins no session with less than 200 MB free."""
Json = dict[str, Any]


def until(condition: Callable[[], object], within_s: float, what: str, every_s: float = 0.25) -> None:
    """Wait for this; says what did not happen when it never does."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            message = f"not within {within_s:.0f} s: {what}"
            raise TimeoutError(message)
        time.sleep(every_s)


class Machine:
    """A guest, its disks, its USB port and its screen. Use it as a context manager: it is gone afterwards."""

    def __init__(self, image: Path, folder: Path, *, shares: Mapping[str, Path]) -> None:
        self.folder = folder
        self.data_disk = folder / "data.img"
        self.acknowledged = folder / "acknowledged"
        self.treadmill_socket = folder / "treadmill.sock"
        self._boot_disk = folder / "boot.img"
        self._image = image
        self._shares = shares
        self.server_port = _free_port()
        """Where the guest's port 8080 can be reached from here."""
        self._ssh_port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._disks()
        self._boot(CMDLINE)
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def reboot(self) -> None:
        """Restart in good order, with the parameters that lie on the boot partition now."""
        cmdline = self.run("cat /boot/firmware/cmdline.txt").strip()
        self.run("systemctl --no-block poweroff")
        assert self._process is not None
        self._process.wait(timeout=BOOTS_WITHIN_S)
        self._end()
        self._boot(cmdline)

    def _boot(self, cmdline: str) -> None:
        (self.folder / "console.log").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            self._command(cmdline),
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "qemu.log").open("wb"),
            stderr=subprocess.STDOUT,
        )
        try:
            until(self._says_it_is_ready, BOOTS_WITHIN_S, "the guest is up; see console.log", every_s=0.5)
            until(self._answers, BOOTS_WITHIN_S, "the guest answers", every_s=1.0)
            for tag in self._shares:
                how = "trans=virtio,version=9p2000.L,ro,msize=262144"
                self.run(f"mkdir -p /mnt/{tag} && mount -t 9p -o {how} {tag} /mnt/{tag}")
        except BaseException:
            self._end()
            raise

    def run(self, command: str, *, check: bool = True, within_s: float = 120.0) -> str:
        """Run a command as root in the guest; what it printed, error output included."""
        done = subprocess.run([*self._ssh(), command], capture_output=True, text=True, check=False, timeout=within_s)
        if check and done.returncode:
            message = (
                f"in the guest: {command}\nended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
            raise RuntimeError(message)
        return done.stdout

    def write(self, path: str, text: str) -> None:
        """Put a file into the guest."""
        subprocess.run([*self._ssh(), f"cat > {path}"], input=text, text=True, check=True, timeout=60)

    def qmp(self, command: str, *, then: str | None = None, **arguments: object) -> Json:
        """Tell QEMU something; waits for the event `then`, if one is named."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.folder / "qmp.sock"))
            told = line.makefile("rw")
            json.loads(told.readline())
            for word, given in (("qmp_capabilities", {}), (command, arguments)):
                told.write(json.dumps({"execute": word, "arguments": given}) + "\n")
                told.flush()
                events = []
                while not {"return", "error"} & (answer := json.loads(told.readline())).keys():
                    events.append(answer.get("event"))
                if "error" in answer:
                    message = f"QEMU refuses {word}: {answer['error']}"
                    raise RuntimeError(message)
            while then is not None and then not in events:
                events.append(json.loads(told.readline()).get("event"))
        return dict(answer)

    def plug_in(self) -> None:
        """Plug the treadmill's USB adapter in."""
        self.qmp("device_add", driver="usb-serial", id="treadmill", chardev="treadmill", **{"always-plugged": True})

    def pull_out(self) -> None:
        """Pull the treadmill's USB adapter out."""
        self.qmp("device_del", id="treadmill", then="DEVICE_DELETED")

    def screenshot(self, path: Path) -> Path:
        """What is on the guest's screen now, as a PNG."""
        self.qmp("screendump", filename=str(path), format="png")
        return path

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The whole machine stands still: what is not on its disks now would be lost if its plug were pulled."""
        self.qmp("stop")
        try:
            yield
        finally:
            self.qmp("cont")

    def _disks(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        root = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(self._image / "root.ext4")]
        subprocess.run([*root, str(self.folder / "root.qcow2")], check=True)
        with self.data_disk.open("wb") as disk:
            disk.truncate(DATA_DISK_BYTES)
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", str(self.data_disk)], check=True)  # noqa: S607
        firmware = self.folder / "firmware"
        firmware.mkdir(exist_ok=True)
        (firmware / "cmdline.txt").write_text(f"{CMDLINE}\n")
        made = ["mke2fs", "-q", "-F", "-t", "ext4", "-d", str(firmware), str(self._boot_disk), "8M"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        self.acknowledged.write_bytes(b"")

    def _command(self, cmdline: str) -> list[str]:
        folder, image = self.folder, self._image
        shares = [
            part
            for tag, path in self._shares.items()
            for part in ("-virtfs", f"local,path={path},mount_tag={tag},security_model=none,readonly=on")
        ]
        wire = f"user,id=wire,restrict=on,hostfwd=tcp:127.0.0.1:{self._ssh_port}-:22"
        wire += f",hostfwd=tcp:127.0.0.1:{self.server_port}-:8080"
        fast = ["-accel", "tcg,thread=multi,tb-size=512", "-cpu", os.environ.get("VM_CPU", "Nehalem")]
        return [
            *("nice", "-n", os.environ.get("VM_NICE", "5"), "qemu-system-x86_64", "-M", "q35", *fast, "-smp", "2"),
            *("-m", "1536", "-nodefaults", "-no-reboot", "-display", "none", "-serial", f"file:{folder}/console.log"),
            *("-kernel", f"{image}/vmlinuz", "-initrd", f"{image}/initrd.img"),
            *("-append", cmdline),
            *("-drive", f"file={folder}/root.qcow2,if=virtio,format=qcow2,cache=unsafe"),
            *("-drive", f"file={self.data_disk},if=none,id=data,format=raw,cache=none"),
            *(
                "-device",
                "virtio-blk-pci,drive=data,serial=data",
                "-drive",
                f"file={self._boot_disk},if=none,id=boot,format=raw,cache=unsafe",
                "-device",
                "virtio-blk-pci,drive=boot,serial=boot",
                "-netdev",
                wire,
                "-device",
                "virtio-net-pci,netdev=wire",
            ),
            *("-device", "virtio-vga,xres=800,yres=480,edid=on", "-device", "qemu-xhci,id=xhci"),
            *("-chardev", f"socket,id=treadmill,path={self.treadmill_socket},server=on,wait=off"),
            *("-device", "virtio-serial", "-chardev", f"file,id=ack,path={self.acknowledged}"),
            *("-device", "virtserialport,chardev=ack,name=ack", "-qmp", f"unix:{folder}/qmp.sock,server=on,wait=off"),
            *shares,
        ]

    def _ssh(self) -> list[str]:
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
            "ConnectTimeout": "3",
            "KexAlgorithms": "curve25519-sha256",
            "ControlMaster": "auto",
            "ControlPersist": "yes",
            "ControlPath": f"{self.folder}/ssh",
        }
        flags = [part for name, said in options.items() for part in ("-o", f"{name}={said}")]
        return ["ssh", "-i", str(self._image / "key"), *flags, "-p", str(self._ssh_port), "root@127.0.0.1"]

    def _says_it_is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError((self.folder / "qemu.log").read_text())
        console = self.folder / "console.log"
        return console.exists() and b"bench-ready" in console.read_bytes()

    def _answers(self) -> bool:
        try:
            # The connection that all others go through stays behind, with this command's ends: they must be nobody's.
            nowhere = subprocess.DEVNULL
            asked = subprocess.run([*self._ssh(), "true"], stdout=nowhere, stderr=nowhere, check=False, timeout=30)
        except subprocess.TimeoutExpired:
            return False
        return asked.returncode == 0

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        subprocess.run([*self._ssh()[:-1], "-O", "exit", "root@127.0.0.1"], capture_output=True, check=False)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
