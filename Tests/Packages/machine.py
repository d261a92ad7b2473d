"""A Debian system without a toolchain in a folder, with a network of its own; root is needed.

Whatever runs in it is in namespaces that vanish with it: nothing is mounted where others can see it.
"""
import configparser
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import time

SERVER, VISITOR = "192.168.77.1", "192.168.77.2"
UNIT = "lib/systemd/system/latchkey.service"
# Takes what systemd is told; the test then does to the service what its unit says.
SYSTEMCTL = """#!/bin/sh
case "$1 $2" in
"restart latchkey" | "reload latchkey") echo "$1" >>/run/systemctl.calls ;;
*) echo "systemctl: this test does not know: $*" >&2; exit 1 ;;
esac
"""


class Network:
    """Two network namespaces with a cable between them; neither is the one of this computer."""

    address = SERVER

    def __enter__(self):
        self.holders = [subprocess.Popen(["unshare", "--net", "sleep", "infinity"]) for _ in range(2)]
        self.server, self.visitor = (f"/proc/{holder.pid}/ns/net" for holder in self.holders)
        own = os.readlink("/proc/self/ns/net")
        while any(os.readlink(path) == own for path in (self.server, self.visitor)):
            time.sleep(0.01)
        self.run(self.server, f"ip link add cable type veth peer name cable netns {self.holders[1].pid}")
        for namespace, address in ((self.server, SERVER), (self.visitor, VISITOR)):
            self.run(namespace, f"ip address add {address}/24 dev cable")
            self.run(namespace, "ip link set cable up")
            self.run(namespace, "ip link set lo up")
        return self

    def __exit__(self, *_):
        for holder in self.holders:
            holder.kill()
            holder.wait()

    @staticmethod
    def inside(namespace):
        return ["nsenter", f"--net={namespace}"]

    def run(self, namespace, command):
        subprocess.run(self.inside(namespace) + shlex.split(command), check=True)


class Machine:
    def __init__(self, root, network):
        self.root, self.network, self.service, self.notices = pathlib.Path(root), network, None, None
        self.given = set()
        for name, text in (("sudo", '#!/bin/sh\nexec "$@"\n'), ("systemctl", SYSTEMCTL)):
            program = self.root / "usr/local/bin" / name
            program.write_text(text)
            program.chmod(0o755)
        self.folder = self.root / "root/latchkey"
        self.folder.mkdir()

    def command(self, namespace=None):
        prefix = Network.inside(namespace) if namespace else []
        return prefix + ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--root={self.root}", "--mount-proc"]

    def shell(self, text, namespace=None):
        """What a shell in the folder of the administrator prints; raises if it fails."""
        self.given.add(text)
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment = ["env", "-i", f"PATH={path}", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        done = subprocess.run(
            self.command(namespace) + environment + ["bash", "-euc", "cd /root/latchkey\n" + text],
            capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{text.strip()}\nends with {done.returncode}: {done.stdout[-600:]}{done.stderr[-1500:]}"
        for call in self.calls():
            getattr(self, call)()
        return done.stdout

    def calls(self):
        """What systemd was told since the last time."""
        calls = self.root / "run/systemctl.calls"
        if not calls.exists():
            return []
        names = calls.read_text().split()
        calls.unlink()
        return names

    # The service, by its unit

    def unit(self):
        parser = configparser.RawConfigParser(strict=False, interpolation=None)
        parser.optionxform = str
        parser.read(self.root / UNIT)
        return parser["Service"]

    def restart(self, trace=None):
        """Starts the service as its unit says; `trace` is a file for the system calls it makes."""
        self.stop()
        unit = self.unit()
        assert (unit["Type"], unit["User"], unit["StateDirectory"]) == ("notify", "latchkey", "latchkey"), dict(unit)
        lines = (self.root / unit["EnvironmentFile"].lstrip("/")).read_text().splitlines()
        variables = [line for line in lines if line and not line.startswith("#")]
        listener = self.listen()
        capability = unit["AmbientCapabilities"].removeprefix("CAP_").lower()
        tracer = ["strace", "-f", "-qq", "-o", str(trace)] if trace else []
        command = tracer + self.command(self.network.server) + [
            "setpriv", f"--reuid={unit['User']}", f"--regid={unit['Group']}", "--init-groups", "--no-new-privs",
            f"--inh-caps=-all,+{capability}", f"--ambient-caps=-all,+{capability}", f"--bounding-set=-all,+{capability}",
            "env", "-i", "-C", unit["WorkingDirectory"], "PATH=/usr/bin:/bin", "NOTIFY_SOCKET=/run/notify",
            f"WATCHDOG_USEC={int(unit['WatchdogSec']) * 100_000}", *variables,
        ] + shlex.split(unit["ExecStart"])
        with open(self.root / "var/log/latchkey.test", "ab") as log:
            self.service = subprocess.Popen(command, stdout=log, stderr=log)
        self.notices = listener
        self.until("READY=1")

    def listen(self):
        path = self.root / "run/notify"
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # The path of the folder may be longer than an address can be.
        folder = os.open(path.parent, os.O_PATH)
        listener.bind(f"/proc/self/fd/{folder}/notify")
        os.close(folder)
        path.chmod(0o666)
        listener.settimeout(20)
        return listener

    def until(self, wanted):
        """Waits for a word to the service manager."""
        try:
            while wanted not in self.notices.recv(4096).decode().split("\n"):
                pass
        except TimeoutError as error:
            raise AssertionError(f"the service does not say {wanted}: {self.log()[-2000:]}") from error

    def reload(self):
        assert self.unit()["ExecReload"] == "/bin/kill -HUP $MAINPID"
        os.kill(self.main_process(), signal.SIGHUP)
        self.until("READY=1")

    def main_process(self):
        """The service itself, below the programs that make its namespaces."""
        pid = self.service.pid
        while pathlib.Path(f"/proc/{pid}/comm").read_text().strip() != "latchkey":
            pid = int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
        return pid

    def stop(self):
        if self.service:
            os.kill(self.main_process(), signal.SIGTERM)
            self.until("STOPPING=1")
            code = self.service.wait(timeout=int(self.unit()["TimeoutStopSec"]))
            self.notices.close()
            self.service = None
            assert code == 0, f"the service ends with {code}: {self.log()[-2000:]}"

    def kill(self):
        """Ends the service, whatever it does. What started it would not take it along: it has changed its user."""
        if self.service:
            if self.service.poll() is None:
                os.kill(self.main_process(), signal.SIGKILL)
            self.service.wait()
            self.service = None

    def log(self):
        return (self.root / "var/log/latchkey.test").read_text()
