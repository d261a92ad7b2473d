"""Three machines of network namespaces, which run the units of deploy/cluster and of the packages as systemd would.

What is other than on real machines: files of /etc, /var/lib and /run are in a folder for each machine; the programs are the ones
that were built here, and Patroni's from an environment of the tests; who has no account here runs as nobody.
"""
import contextlib
import ctypes
import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import string
import subprocess
import time

from server import LIMITS

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy/cluster"
FOLDER = pathlib.Path(os.environ["CLUSTER_FOLDER"])
PROGRAMS = {
    "/opt/patroni/bin": os.environ["PATRONI_PROGRAMS"],
    "/usr/bin/latchkey": os.path.abspath(os.environ["LATCHKEY_BINARY"]),
}
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
UNITS = {
    "etcd": pathlib.Path("/lib/systemd/system/etcd.service"),
    "patroni": FILES / "patroni.service",
    "latchkey": ROOT / "packaging/latchkey/latchkey.service",
    "haproxy": pathlib.Path("/lib/systemd/system/haproxy.service"),
}


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, **more)
    if done.returncode:
        raise subprocess.SubprocessError(f"{' '.join(words)}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.stdout


def account(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def end(pids):
    """Ends processes at once; those that have ended meanwhile are none the worse."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def bridge():
    """The network that the machines share; this program is on it too."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "cluster", "type", "bridge")
    run("ip", "address", "add", "10.20.0.1/24", "dev", "cluster")
    run("ip", "link", "set", "cluster", "up")


class Unit:
    """A service of a machine; `more` is added to its environment."""

    def __init__(self, machine, name, more=None):
        self.more, self.process = more or {}, None
        self.machine, self.name, self.log = machine, name, machine.folder / f"{name}.log"
        text = machine.own(UNITS[name].read_text()).replace("%p", name).replace("%H", machine.name)
        self.lines = [line.split("=", 1) for line in text.splitlines() if re.match(r"\w+=", line)]

    def values(self, name):
        return [value for key, value in self.lines if key == name]

    def environment(self):
        found = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        for value in self.values("Environment"):
            found.update(word.split("=", 1) for word in shlex.split(value))
        files = self.values("EnvironmentFile")
        # The drop-in.
        if self.name in ("etcd", "latchkey"):
            files.append(self.machine.own("/etc/latchkey-cluster/machine.env"))
        for file in map(pathlib.Path, (file.lstrip("-") for file in files)):
            lines = file.read_text().splitlines() if file.exists() else []
            found.update(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        return found | self.more

    def command(self, *words):
        """A command in the machine, under the unit's account and with its environment."""
        user = account(self.values("User")[0]) if self.values("User") else account("root")
        groups = ["--clear-groups"] if self.name not in ("etcd", "patroni") else ["--groups", str(account("postgres").pw_gid)]
        return ["ip", "netns", "exec", self.machine.name, "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}",
                *groups, *words]

    def start(self):
        environment = self.environment()
        words = shlex.split(string.Template(self.values("ExecStart")[0]).substitute(environment))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(*words), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.machine.folder, start_new_session=True)

    def run(self, *words, **more):
        return run(*self.command(*map(self.machine.own, words)), env=self.environment(), cwd=self.machine.folder, **more)

    def stop(self):
        """Asks it to end, and waits for as long as `TimeoutStopSec=` says."""
        self.process.terminate()
        self.process.wait(timeout=45)

    def kill(self):
        """Ends it at once, and all that it has started in its session."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Machine:
    def __init__(self, number):
        self.name, self.address = f"node{number}", f"10.20.0.1{number}"
        self.folder, self.is_lost, self.programs = FOLDER / self.name, False, dict(PROGRAMS)
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "link", "set", self.name, "master", "cluster", "up")
        self.inside("ip", "address", "add", self.address + "/24", "dev", "eth0")
        self.inside("ip", "link", "set", "lo", "up")
        self.inside("ip", "link", "set", "eth0", "up")

    def inside(self, *words):
        return run("ip", "netns", "exec", self.name, *words)

    def own(self, text):
        """A text in which paths are those of this machine."""
        for path, here in self.programs.items():
            text = text.replace(path, here)
        return re.sub(r"(?<![\w./])/(etc|var/lib|run)/", rf"{self.folder}/\1/", text)

    def path(self, path):
        return pathlib.Path(self.own(path))

    def put(self, path, text, owner="root", group=None, mode=0o644):
        file = self.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.own(text))
        os.chown(file, account(owner).pw_uid, account(group or owner).pw_gid)
        file.chmod(mode)

    def install(self, certificates, public):
        """Puts every file where docs/cluster.md says."""
        for name, path in {
            "etcd": "/etc/default/etcd", "patroni.yml": "/etc/patroni/patroni.yml", "environment": "/etc/latchkey/environment",
            "haproxy.cfg": "/etc/haproxy/haproxy.cfg",
        }.items():
            self.put(path, (FILES / name).read_text())
        self.put("/etc/latchkey/latchkey.json", (ROOT / "packaging/latchkey/latchkey.json").read_text())
        machine = (FILES / "machine.env").read_text()
        self.put("/etc/latchkey-cluster/machine.env", machine.replace("node1", self.name).replace("10.20.0.11", self.address))
        own = certificates / self.name
        self.put("/etc/latchkey-cluster/ca.pem", (own / "ca.pem").read_text())
        self.put("/etc/latchkey-cluster/machine.pem", (own / "machine.pem").read_text())
        self.put("/etc/latchkey-cluster/machine.key", (own / "machine.key").read_text(), "root", "postgres", 0o640)
        self.put("/etc/latchkey/tls.pem", (own / "tls.pem").read_text())
        self.put("/etc/latchkey/tls.key", (own / "tls.key").read_text(), "latchkey", mode=0o600)
        self.put("/etc/haproxy/latchkey.pem", public)
        for path, owner in {"/var/lib/etcd": "etcd", "/var/lib/postgresql": "postgres", "/run/postgresql": "postgres",
                            "/var/lib/latchkey": "latchkey"}.items():
            self.path(path + "/").mkdir(parents=True)
            os.chown(self.path(path + "/"), account(owner).pw_uid, account(owner).pw_gid)
        # All of this comes from one address and is of one group.
        with self.path("/etc/latchkey/environment").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in LIMITS.items())
        self.units = {name: Unit(self, name) for name in UNITS}
        self.units["patroni"].more = {"LD_PRELOAD": str(FOLDER / "slow_disk.so"), "SLOW_DISK": str(self.folder / "slow")}

    def use(self, program):
        """Puts another program in the place of Latchkey's: it runs from the next start."""
        self.programs["/usr/bin/latchkey"] = str(program)
        old, new = self.units["latchkey"], Unit(self, "latchkey")
        new.process = old.process
        self.units["latchkey"] = new

    def slow_down(self, milliseconds):
        """From now on PostgreSQL's disk takes so long for each sync."""
        (self.folder / "slow").write_text(str(milliseconds))

    def enter(self):
        """The calling thread is on this machine from now on."""
        with open(f"/run/netns/{self.name}") as namespace:
            if LIBC.setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def cut(self):
        """Nobody reaches it any more, and it nobody; all of it goes on."""
        run("ip", "link", "set", self.name, "down")

    def connect(self):
        """Undoes a cut."""
        run("ip", "link", "set", self.name, "up")

    def postgres(self):
        """The processes of PostgreSQL, its postmaster first."""
        pid = int(self.path("/var/lib/postgresql/latchkey/postmaster.pid").read_text().split()[0])
        return [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def pids(self):
        return [int(pid) for pid in run("ip", "netns", "pids", self.name).split()]

    def lose(self):
        """The machine is gone from one moment to the next: nobody hears of it, and nothing of it goes on."""
        self.cut()
        self.is_lost = True
        while pids := self.pids():
            end(pids)
            time.sleep(0.01)
        for unit in self.units.values():
            unit.process.wait()

    def back(self):
        """It is switched on again, with its disk as it was."""
        self.connect()
        self.is_lost = False
        shutil.rmtree(self.path("/run/"))
        self.path("/run/postgresql/").mkdir(parents=True)
        shutil.chown(self.path("/run/postgresql/"), "postgres", "postgres")
        for unit in self.units.values():
            unit.start()
