"""Debian systems with their own systemd in namespaces, and a network between them; root is needed.

A system is layers of folders that stay as they are, and a folder for what it writes. Its processes end with the first of them,
its mounts and its network with the processes.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import time

BOOT = pathlib.Path(__file__).with_name("boot")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Of the first process and of each command; the network is another matter.
NAMESPACES = ["--mount", "--pid", "--uts", "--ipc", "--cgroup"]


def wait(what, condition, patience):
    """What a condition returns once that is true; seconds."""
    last = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < last, f"{what}: not within {patience} s"
        time.sleep(0.1)
    return found


def without_hosts(text):
    """A text of apt or pip without the servers that it names."""
    return re.sub(r"(//|host='|resolv\w+ '|connect\w* to )[^/':\s]+", r"\1…", text)


def unified():
    """Where control groups of version 2 are mounted."""
    mounts = [line.split() for line in pathlib.Path("/proc/self/mounts").read_text().splitlines()]
    found = [pathlib.Path(where) for _, where, kind, *_ in mounts if kind == "cgroup2"]
    assert found, "systemd cannot be booted here: there is no cgroup2"
    return found[0]


class Outside:
    """A network of its own with a bridge, where browsers are, at 10.20.0.1."""

    def __enter__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        path, own = f"/proc/{self.holder.pid}/ns/net", os.readlink("/proc/self/ns/net")
        wait("a network", lambda: os.readlink(path) != own, 10)
        self.inside = ["nsenter", f"--net={path}"]
        for words in ("link set lo up", "link add cluster type bridge", "address add 10.20.0.1/24 dev cluster",
                      "link set cluster up"):
            self.run("ip", *words.split())
        return self

    def __exit__(self, *_):
        self.holder.kill()
        self.holder.wait()

    def run(self, *words):
        done = subprocess.run([*self.inside, *words], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout


class Booted:
    """A system that runs while the `with` block does. `layers` are folders, the uppermost first."""

    def __init__(self, name, layers, folder):
        self.name, self.layers, self.folder, self.given = name, layers, folder, set()

    @property
    def disk(self):
        """What it has written: a layer for others, once it has ended."""
        return self.folder / "disk"

    @property
    def tree(self):
        """Its files, memory and devices included, as this program sees them while it runs."""
        return pathlib.Path(f"/proc/{self.first}/root")

    def __enter__(self):
        self.folder.mkdir()
        self.group = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-test-", dir=unified()))
        boot = [BOOT, self.name, ":".join(map(str, self.layers)), self.folder]
        self.starter = subprocess.Popen(
            ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', self.group,
             "unshare", *NAMESPACES, "--net", "--propagation=private", "--fork", "--kill-child", "bash", *boot],
            stdin=subprocess.DEVNULL)
        try:
            self.first = wait(f"{self.name} has a first process", self.first_process, 10)
            wait(f"{self.name} has booted", self.up, 120)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """Switches it off from one moment to the next."""
        self.starter.kill()
        self.starter.wait()
        for folder, *_ in list(os.walk(self.group, topdown=False)):
            wait(f"{self.name} has ended", lambda folder=folder: self.removed(folder), 30)

    @staticmethod
    def removed(folder):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
        return not os.path.exists(folder)

    def first_process(self):
        assert self.starter.poll() is None, f"{self.name} does not boot"
        pid = self.starter.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return next((child for child in children if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n"), None)

    def up(self):
        return self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded")

    def plug(self, outside, address):
        """Connects it with a network."""
        outside.run("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.first)
        outside.run("ip", "link", "set", self.name, "master", "cluster", "up")
        inside = ["nsenter", f"--target={self.first}", "--net", "ip"]
        subprocess.run([*inside, "address", "add", f"{address}/24", "dev", "eth0"], check=True)
        subprocess.run([*inside, "link", "set", "eth0", "up"], check=True)

    def run(self, *words, online=False, patience=120, environment=()):
        """A command in the system; one that is `online` has the network of this program, and not that of the system."""
        network = [] if online else ["--net"]
        return subprocess.run(
            ["nsenter", f"--target={self.first}", *NAMESPACES, *network, "env", "-i", f"PATH={PATH}", "HOME=/root",
             "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *environment, *words],
            capture_output=True, text=True, timeout=patience, stdin=subprocess.DEVNULL)

    def shell(self, text, **more):
        """What a shell in the administrator's folder prints; raises if it fails or does not end."""
        self.given.add(text)
        try:
            done = self.run("bash", "-euc", "cd /root/latchkey\n" + text, **more)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{self.name}: {text.strip()}\ndoes not end within {error.timeout:.0f} s") from None
        said = done.stdout[-600:] + done.stderr[-1500:]
        said = without_hosts(said) if more.get("online") else said
        assert done.returncode == 0, f"{self.name}: {text.strip()}\nends with {done.returncode}: {said}"
        return done.stdout

    def log(self, *units):
        """The last that units have said."""
        names = [f"--unit={unit}" for unit in units]
        return self.run("journalctl", "--no-pager", "--lines=12", "--output=cat", *names).stdout
