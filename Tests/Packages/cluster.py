"""Sets three machines up word for word as docs/cluster.md says, until an agent signs in through the proxy of each.

Usage: cluster.py ROOT FOLDER PACKAGE; ROOT is the folder of a fresh system, which stays as it is; FOLDER is empty. Machines boot
their own systemd. What comes from a network, Debian's packages and Patroni, is installed on one disk, which the machines then
have a copy of each, in memory: about 1 GB. The caller makes namespaces for mounts and processes, which end with this program.
"""
import concurrent.futures
import contextlib
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "Clients"), str(HERE.parent / "Documents")]
from blocks import command_blocks
from booted import Booted, Outside, wait
from index import reached
from part import Part, contains, equal
from places import places

PART = Part("cluster")
REPOSITORY = HERE.parents[1]
FILES = REPOSITORY / "deploy/cluster"
DOCUMENT = REPOSITORY / "docs/cluster.md"
BLOCKS = [block.text for block in command_blocks(DOCUMENT, DOCUMENT.name) if block.value("run by") == "script/test-package"]
README = REPOSITORY / "README.md"
GROUP, USER = "12345", "005Fk000001aBcDIAU"
AUTHORIZE = "https://support.example/services/AuthorizationService.svc/rest/Authorize"
MODES = {
    "/etc/latchkey-cluster/ca.pem": "root:root 644", "/etc/latchkey-cluster/machine.pem": "root:root 644",
    "/etc/latchkey-cluster/machine.env": "root:root 644", "/etc/latchkey-cluster/machine.key": "root:ssl-cert 640",
    "/etc/latchkey/tls.pem": "latchkey:latchkey 600", "/etc/latchkey/tls.key": "latchkey:latchkey 600",
    "/etc/latchkey/latchkey.key": "latchkey:latchkey 600", "/etc/latchkey/pgpass": "latchkey:latchkey 600",
    "/etc/latchkey/environment": "root:root 600",
}
SERVICES = ("etcd", "patroni", "latchkey", "haproxy")
# Nobody waits for a mirror that does not answer.
APT = """Acquire::Retries "1";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
APT::Update::Error-Mode "any";
APT::Keep-Downloaded-Packages "false";
"""


def block(word):
    """The only block of the document with a word in it."""
    found = [text for text in BLOCKS if word in text]
    equal(len(found), 1)
    return found[0]


class Story:
    def __init__(self, root, folder, package):
        self.root, self.folder, self.package, self.machines = root, folder, package, []
        self.public = folder / "public.pem"

    def installed(self):
        """A disk with what comes from a network, and the administrator's folder."""
        with Booted("node1", [self.root], self.folder / "installed") as machine:
            home = self.home(machine)
            home.mkdir()
            shutil.copy(self.package, home)
            for file in FILES.iterdir():
                shutil.copy(file, home)
            tree = machine.tree
            (tree / "etc/apt/apt.conf.d/patience").write_text(APT)
            (tree / "etc/dpkg/dpkg.cfg.d/no-sync").write_text("force-unsafe-io\n")
            machine.shell("apt-get update && apt-get install -y sudo ./latchkey_*.deb", online=True, patience=300)
            machine.shell("systemctl is-active latchkey")
            machine.shell(block("apt-get"), online=True, patience=600, environment=reached(tree))
            machine.shell("./certificates . && openssl rand -base64 32 >latchkey.key && umask 077 && "
                          "echo '*:5432:latchkey:latchkey:PASSWORD' >pgpass")
            shutil.copy(self.public, home / "latchkey.pem")
            self.given = machine.given
        return [machine.disk, self.root]

    @staticmethod
    def home(machine):
        return machine.tree / "root/latchkey"

    def make_public(self):
        """What browsers trust: a certificate of all names, and its key behind it."""
        names = ",".join(f"DNS:{name}" for name in ("support.example", *(f"node{number}.support.example" for number in (1, 2, 3))))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=support.example", "-addext", "subjectAltName=" + names,
             "-keyout", self.folder / "public.key", "-out", self.public], check=True, capture_output=True)
        with self.public.open("a") as file:
            file.write((self.folder / "public.key").read_text())

    def set_up(self, machine):
        """The files of the table, and the block behind it: the latter word for word on node1, with their names on the others."""
        with (machine.tree / "etc/hosts").open("a") as file:
            file.writelines(f"10.20.0.1{number} node{number}.support.example support.example\n" for number in (1, 2, 3))
        if machine.name != "node1":
            self.write_own_name(machine)
        for name, path in self.copied:
            target = machine.tree / path.lstrip("/")
            target.parent.mkdir(exist_ok=True)
            # A file that a package has brought keeps its mode.
            target.write_bytes((self.home(machine) / name).read_bytes())
        (machine.tree / "etc/haproxy/latchkey.pem").chmod(0o600)
        machine.shell(block("install -d").replace("node1", machine.name), patience=180)

    def write_own_name(self, machine):
        """As machine.env says, with the command of its comment."""
        command = re.search(r"^# +(sed .* machine\.env)$", (FILES / "machine.env").read_text(), re.M)[1]
        command = command.replace("node2", machine.name).replace("0.12", "0.1" + machine.name[-1])
        machine.shell(f"{command} >own.env && mv own.env machine.env")

    def every_row_is_used(self):
        rows = places(DOCUMENT)
        equal(sorted({name for name, _ in rows} - {"latchkey.pem"}), sorted(file.name for file in FILES.iterdir()))
        # The block puts it there, and `certificates` and `requirements.txt` stay in the administrator's folder.
        self.copied = [(name, path) for name, path in rows if path and name != "machine.env"]
        equal(len(self.copied), 8)

    def start(self):
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            list(pool.map(self.set_up, self.machines))
        wait("a leader and two standbys", self.leader, 180)
        self.leader().shell(block("psql"))
        for machine in self.machines:
            machine.shell(block("restart latchkey"))

    def leader(self):
        """The machine of the leader, once it has two standbys."""
        command = re.search(r"`(/opt/patroni/bin/patronictl .* list)`", DOCUMENT.read_text())[1]
        done = self.machines[0].run(*command.split(), "-f", "json")
        members = json.loads(done.stdout) if done.returncode == 0 else []
        running = [member for member in members if member["State"] in ("running", "streaming")]
        names = [member["Member"] for member in running if member["Role"] == "Leader"]
        return next((machine for machine in self.machines if [machine.name] == names and len(running) == 3), None)

    def owners_and_modes(self, machine):
        printed = machine.shell("stat -c '%n %U:%G %a' " + " ".join(MODES))
        equal(dict(line.split(" ", 1) for line in printed.splitlines()), MODES)
        for user in ("etcd", "postgres"):
            contains(machine.shell(f"id -nG {user}").split(), "ssl-cert")

    def files_are_in_their_places(self, machine):
        for name, path in [*self.copied, ("machine.env", "/etc/latchkey-cluster/machine.env")]:
            equal(machine.shell(f"cmp {name} {path}"), "")
        contains(machine.shell("cat /etc/latchkey-cluster/machine.env"), f"ETCD_NAME={machine.name}\n")

    def services_run_and_start_again(self, machine):
        for unit in SERVICES:
            printed = machine.run("systemctl", "show", "--property=ActiveState,UnitFileState,NRestarts", unit).stdout.split()
            equal(sorted(printed), ["ActiveState=active", "NRestarts=0", "UnitFileState=enabled"])
        equal(machine.run("systemctl", "is-enabled", "postgresql").stdout, "disabled\n")
        equal(machine.run("systemctl", "list-units", "--failed", "--no-legend", "--plain").stdout, "")

    def units_are_right(self, machine):
        units = [f"{unit}.service" for unit in SERVICES]
        done = machine.run("systemd-analyze", "verify", "--man=no", *units)
        equal((done.returncode, done.stderr), (0, ""))

    def make_agent(self):
        """With the words of the README."""
        blocks = [block for block in command_blocks(README, README.name) if block.value("run by") == "script/test-package"]
        self.machines[0].shell(next(block.text for block in blocks if "apikey create" in block.text))

    def sign_in(self, number, key):
        fields = {"partnerid": GROUP, "partneruserid": USER, "loginkey": key}
        data = [word for name, value in fields.items() for word in ("--data-urlencode", f"{name}={value}")]
        return subprocess.run(
            [*self.outside.inside, "curl", "-s", "--max-time", "10", "--cacert", self.public, "--resolve",
             f"support.example:443:10.20.0.1{number}", "-w", "\n%{http_code}", *data, AUTHORIZE],
            capture_output=True, text=True).stdout.rsplit("\n", 1)

    def agents_sign_in(self):
        self.make_agent()
        for number in (1, 2, 3):
            wait(f"node{number}'s proxy lets an agent in", lambda number=number: self.granted(number), 60)

    def granted(self, number):
        key = self.machines[3 - number].shell(f"latchkeyctl key make --group {GROUP} --user {USER}").strip()
        body, status = self.sign_in(number, key)
        return status == "200" and json.loads(body)["authToken"]

    def every_block_was_run(self):
        given = self.given.union(*(machine.given for machine in self.machines))
        for text in BLOCKS:
            assert text in given, text

    def logs(self):
        for machine in self.machines:
            for unit in SERVICES:
                print(f"--- {machine.name}: {unit}\n{machine.log(unit)}", flush=True)


def machines(story, layers, stack):
    """Three machines with copies of one disk, and the network between them."""
    story.outside = stack.enter_context(Outside())
    for number in (1, 2, 3):
        machine = stack.enter_context(Booted(f"node{number}", layers, story.folder / f"node{number}"))
        machine.plug(story.outside, f"10.20.0.1{number}")
        story.machines.append(machine)


def main():
    begin = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    root, folder, package = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder], check=True)
    story = Story(root, folder, package)
    with contextlib.ExitStack() as stack:
        try:
            PART.check("every row of the table is used", story.every_row_is_used)
            story.make_public()
            machines(story, story.installed(), stack)
            story.start()
            PART.check("agents sign in through each proxy", story.agents_sign_in)
            for machine in story.machines:
                for check in (story.owners_and_modes, story.files_are_in_their_places, story.services_run_and_start_again):
                    PART.check(f"{machine.name}: {check.__name__.replace('_', ' ')}", check, machine)
            PART.check("the units are right", story.units_are_right, story.machines[0])
            PART.check("every block was run", story.every_block_was_run)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            PART.fail("the machines are set up", error)
        if PART.failed:
            story.logs()
    PART.end(f"docs/cluster.md on three machines, in {time.monotonic() - begin:.0f} s")


main()
