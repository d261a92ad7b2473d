"""Installs the packages on a Debian system without a toolchain, word for word as the README says, until an agent is in a live
session with a visitor from another network; then upgrades, removes and purges, as docs/installing.md says.

Usage: install.py ROOT PACKAGE OLDER-PACKAGE CLIENT-PACKAGE; ROOT is the folder of a fresh system, and is changed.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "Clients"), str(HERE.parent / "Documents")]
from blocks import command_blocks
from machine import SERVER, UNIT, Machine, Network
from part import Part, contains, equal
from sandbox import forbidden
from sides import live_session, make_certificate

PART = Part("packages")
DOCUMENTS = [HERE.parents[1] / name for name in ("README.md", "docs/installing.md")]
GROUP, USER, NAME = "12345", "005Fk000001aBcDIAU", "support.example"
FIVE_MINUTES = 300
SAML_METADATA = (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example/metadata">'
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor>'
    '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>CERTIFICATE'
    '</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService '
    'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>'
    '</md:IDPSSODescriptor></md:EntityDescriptor>'
)


def blocks(title):
    """The commands of a section."""
    text = "".join(document.read_text() for document in DOCUMENTS)
    section = re.search(rf"^## {title}.*?\n(.*?)(?=^## |\Z)", text, re.S | re.M)[1]
    return re.findall(r"^```sh\n(.*?)^```", section, re.S | re.M)


class Story:
    def __init__(self, machine, packages):
        self.machine, (self.package, self.older, self.client) = machine, packages
        self.certificate = machine.root / "root/latchkey/cert.pem"
        self.key, self.seconds = None, None

    def give(self, package):
        """The only package of the server in the administrator's folder."""
        for old in self.machine.folder.glob("latchkey_*.deb"):
            old.unlink()
        shutil.copy(package, self.machine.folder)

    def make_certificate(self):
        make_certificate(NAME, self.certificate)

    def no_toolchain(self):
        for name in ("swift", "clang", "gcc", "ld", "python3"):
            found = subprocess.run(self.machine.command() + ["sh", "-c", f"command -v {name}"], capture_output=True)
            assert found.returncode != 0, f"{name} is there"

    def five_minutes(self):
        """The README's first way, timed."""
        begin = time.monotonic()
        for block in blocks("In five minutes"):
            # Packages come from the mirror; all other commands run where the service is.
            namespace = None if "apt-get" in block else self.machine.network.server
            printed = self.machine.shell(block, namespace).strip()
            if "key make" in block:
                self.key = printed
        self.session()
        self.seconds = time.monotonic() - begin
        assert self.seconds < FIVE_MINUTES, f"took {self.seconds:.0f} s"

    def session(self):
        """An agent beside the server and a visitor from elsewhere are in a live session."""
        key = self.key or self.machine.shell(f"latchkeyctl key make --group {GROUP} --user {USER}").strip()
        self.key = None
        live_session(self.machine.network, 443, NAME, self.certificate, GROUP, USER, key)

    def status(self, address, *options):
        """What an address answers in the visitor's network."""
        network = self.machine.network
        command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(self.certificate),
                   "--resolve", f"{NAME}:443:{SERVER}", *options, address]
        return subprocess.run(network.inside(network.visitor) + command, capture_output=True, text=True).stdout

    def saml_responses_are_read(self):
        """By the program beside the server; what is no response is refused, and only the audit says why."""
        certificate = "".join(line for line in self.certificate.read_text().splitlines() if "-" not in line)
        row = self.machine.shell(
            f"latchkeyctl saml connect --group {GROUP} --unsolicited --metadata-file - --json <<'END'\n"
            f"{SAML_METADATA.replace('CERTIFICATE', certificate)}\nEND")
        self.saml_address = json.loads(row)["address"]
        self.saml_response()
        contains(self.machine.shell("latchkeyctl audit list --json"), "it is no SAML response")

    def saml_response(self):
        equal(self.status(self.saml_address, "--data-urlencode", "SAMLResponse=PGEvPg=="), "401")

    def the_link_signs_in_once(self):
        block = next(block for block in blocks("In five minutes") if "latchkeyctl open" in block)
        link = self.machine.shell(block, self.machine.network.server).strip()
        assert link.startswith(f"https://{NAME}/agentjoin/"), link
        first, second = self.status(link), self.status(link)
        assert first in ("200", "302", "303"), first
        assert second != first, "the link is good twice"

    def addresses_of_the_document(self):
        text = "".join(document.read_text() for document in DOCUMENTS)
        addresses = set(re.findall(rf"https://{NAME}/[^`\"\s]+", text))
        assert addresses, "there are none"
        for address in addresses:
            equal((address, self.status(address)), (address, "200"))

    def elsewhere_is_elsewhere(self):
        """The visitor's network reaches the server by its address alone."""
        network = self.machine.network
        own = subprocess.run(network.inside(network.visitor) + ["curl", "-sk", "https://127.0.0.1/"], capture_output=True)
        equal(own.returncode, 7)

    def data_is_for_the_service_alone(self):
        printed = self.machine.shell(
            "stat -c '%U %a' /var/lib/latchkey /var/lib/latchkey/latchkey.sqlite /var/lib/latchkey/latchkey.key\n"
            "stat -c '%U %a' /etc/latchkey/environment")
        equal(printed.split("\n")[:4], ["latchkey 700", "latchkey 600", "latchkey 600", "root 600"])

    def the_service_is_not_root(self):
        status = pathlib.Path(f"/proc/{self.machine.main_process()}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines())
        identifier = self.machine.shell("id -u latchkey").strip()
        equal(set(fields["Uid"].split()), {identifier})
        # CAP_NET_BIND_SERVICE is bit 10.
        equal({fields[name] for name in ("CapPrm", "CapEff", "CapBnd")}, {f"{1 << 10:016x}"})

    def the_watchdog_is_fed(self):
        self.machine.until("WATCHDOG=1")

    def a_new_certificate_is_served(self):
        self.make_certificate()
        reload = next(block for block in blocks("Where things are") if "reload" in block)
        self.machine.shell(reload, self.machine.network.server)
        self.session()

    def no_swift_library(self):
        for name in ("latchkey", "latchkey-client"):
            printed = self.machine.shell(f"! command -v {name} || ldd /usr/bin/{name}")
            for word in ("libswift", "Foundation", "not found", "dispatch"):
                assert word not in printed, printed

    def the_unit_is_right(self):
        equal(self.machine.shell("systemd-analyze verify --man=no latchkey.service 2>&1"), "")
        # 2.0 of 10 that a service can be exposed; "OK" ends at 5.0.
        self.machine.shell("systemd-analyze security --offline=yes --no-pager --threshold=20 /lib/systemd/system/latchkey.service")

    def pages_and_completions(self):
        listing = self.machine.shell("dpkg -L latchkey")
        for path in ("man1/latchkey.1.gz", "man1/latchkey-serve.1.gz", "man8/latchkeyctl.8.gz", "vendor-completions/_latchkey",
                     "bash-completion/completions/latchkey", "vendor_completions.d/latchkey.fish"):
            contains(listing, path)

    def the_version(self, package):
        version = package.name.split("_")[1]
        equal(self.machine.shell("dpkg-query -W -f '${Version}' latchkey"), version)

    def a_file_comes_by_standard_input(self):
        self.machine.shell(
            "umask 077; printf '%s\\n' FirstName,LastName,Email,Phone,GlanceAddress,Password,PartnerUID Ann,Lee,,,ann,,7 >a.csv\n"
            f"sudo latchkeyctl user import - --group {GROUP} <a.csv")
        contains(self.machine.shell(f"latchkeyctl user list --group {GROUP}"), "ann")

    def the_sandbox_forbids_nothing_that_is_done(self):
        trace = self.machine.root / "var/log/latchkey.trace"
        self.machine.restart(trace)
        self.session()
        self.saml_response()
        self.machine.reload()
        self.machine.stop()
        equal(forbidden(trace.read_text(errors="replace"), (self.machine.root / UNIT).read_text()), [])
        self.machine.restart()

    def upgrade(self):
        before = self.machine.shell("cat /etc/latchkey/environment; latchkeyctl user list --group 12345 --json")
        self.give(self.package)
        backup, upgrade = blocks("Upgrading")
        self.machine.shell(backup)
        self.machine.shell("cd /var/lib/latchkey && sha256sum --check before-upgrade.sqlite.sha256")
        self.machine.shell(upgrade)
        self.the_version(self.package)
        equal(self.machine.shell("cat /etc/latchkey/environment; latchkeyctl user list --group 12345 --json"), before)
        self.machine.restart()
        self.session()

    def enabled(self):
        assert (self.machine.root / "etc/systemd/system/multi-user.target.wants/latchkey.service").is_symlink()

    def remove(self):
        self.machine.stop()
        self.machine.shell(blocks("Removing")[0])
        there = {path: (self.machine.root / path).exists() for path in
                 ("usr/bin/latchkey", UNIT, "var/lib/latchkey/latchkey.sqlite", "etc/latchkey/environment")}
        equal(list(there.values()), [False, False, True, True])

    def install_again(self):
        self.machine.shell("sudo apt-get install -y ./latchkey_*.deb")
        self.machine.restart()
        self.session()
        self.machine.stop()

    def purge(self):
        self.machine.shell(blocks("Removing")[1])
        left = self.machine.shell("ls -d /var/lib/latchkey /etc/latchkey /etc/systemd/system/*/latchkey.service 2>/dev/null || :")
        equal(left, "")
        contains(self.machine.shell("getent passwd latchkey"), "/usr/sbin/nologin")

    def every_block_was_run(self):
        for document in DOCUMENTS:
            for block in command_blocks(document, document.name):
                if block.value("run by") == "script/test-package":
                    assert block.text in self.machine.given, block.place

    def client_can_be_installed(self):
        shutil.copy(self.client, self.machine.folder)
        contains(self.machine.shell("apt-get install --simulate ./latchkey-client_*.deb"), "Inst latchkey-client")
        # The window's libraries are a desktop's; client and launcher run without them.
        self.machine.shell("apt-get install -y libsqlite3-0 libxml2\ndpkg --force-depends -i latchkey-client_*.deb")
        contains(self.machine.shell("latchkey-client --help"), "USAGE: latchkey-client")
        contains(self.machine.shell("latchkey-launcher --help 2>&1 || :"), "latchkey-launcher register")
        self.no_swift_library()


def main():
    root, *packages = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    with Network() as network:
        machine = Machine(root, network)
        story = Story(machine, packages)
        story.make_certificate()
        story.give(story.older)
        try:
            PART.check("there is no toolchain", story.no_toolchain)
            PART.check("the five-minute path ends in a live session", story.five_minutes)
            if story.seconds is None:
                PART.end("the rest needs the service")
            for check in (
                story.elsewhere_is_elsewhere, story.data_is_for_the_service_alone, story.the_service_is_not_root,
                story.the_watchdog_is_fed, story.no_swift_library, story.the_unit_is_right, story.pages_and_completions,
                story.enabled, story.the_link_signs_in_once, story.addresses_of_the_document,
                story.a_new_certificate_is_served, story.a_file_comes_by_standard_input, story.saml_responses_are_read,
                story.the_sandbox_forbids_nothing_that_is_done, story.upgrade, story.remove, story.install_again,
                story.purge, story.client_can_be_installed, story.every_block_was_run,
            ):
                PART.check(check.__name__.replace("_", " "), check)
        finally:
            machine.kill()
        PART.end(f"README and docs/installing.md; the five-minute path takes {story.seconds:.0f} s")


main()
