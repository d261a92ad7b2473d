"""Looks at what is in the packages: manual pages, completions, scripts, the desktop entry.

Usage: files.py TREE PACKAGE CLIENT-PACKAGE; TREE is the unpacked package of the server.
"""
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Clients"))
from part import Part, equal

PART = Part("files")


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **options)


def manual_page(page):
    done = run("man", "--warnings", "--local-file", "--encoding=UTF-8", "--troff-device=utf8", "--ditroff", page,
               env=os.environ | {"LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
    equal((done.returncode, done.stderr), (0, ""))
    text = gzip.decompress(page.read_bytes()).decode()
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION"):
        assert f".SH {section}\n" in text, f"{page.name} has no {section}"


def a_page_for_each_command(tree, program):
    described = json.loads(run(tree / "usr/bin" / program, "--experimental-dump-help").stdout)["command"]
    names = [each["commandName"] for each in described["subcommands"] if each["shouldDisplay"]]
    assert len(names) > 5, names
    for name in names:
        if name != "help":
            assert (tree / f"usr/share/man/man1/{program}-{name}.1.gz").exists(), name


def parses(shell, file):
    done = run(shell, "--no-execute" if shell == "fish" else "-n", file)
    equal((done.returncode, done.stderr), (0, ""))
    text = file.read_text()
    assert len(text) > 1000, text


def bash_completes(tree, program, word):
    """What bash makes of `PROGRAM <tab>`."""
    file = tree / f"usr/share/bash-completion/completions/{program}"
    path = f"{tree}/usr/bin:{os.environ['PATH']}"
    script = (f'source "{file}"; COMP_WORDS=({program} ""); COMP_CWORD=1; COMP_LINE="{program} "; COMP_POINT=${{#COMP_LINE}}; '
              f'$(complete -p {program} | sed "s/.*-F \\([^ ]*\\).*/\\1/") {program} "" {program}; echo "${{COMPREPLY[*]}}"')
    done = run("bash", "-c", script, env=os.environ | {"PATH": path})
    assert word in done.stdout.split(), f"{done.stdout} {done.stderr}"


def desktop_entry(tree):
    entry = tree / "usr/share/applications/latchkey-launcher-glancepanorama.desktop"
    equal(run("desktop-file-validate", entry).stdout, "")
    with tempfile.TemporaryDirectory() as home:
        launcher = tree / "usr/bin/latchkey-launcher"
        done = run(launcher, "register", env={"HOME": home, "PATH": os.environ["PATH"]})
        own = pathlib.Path(home, ".local/share/applications", entry.name).read_text()
        own = re.sub(r"^Exec=.* %u$", "Exec=/usr/bin/latchkey-launcher %u", own, flags=re.M)
        equal(entry.read_text(), own)


def needs_no_swift(program):
    printed = run("ldd", program).stdout + run("readelf", "--dynamic", program).stdout
    for word in ("libswift", "Foundation", "dispatch", "not found", "RUNPATH", "RPATH"):
        assert word not in printed, printed


def depends(package):
    fields = run("dpkg-deb", "--field", package, "Depends").stdout
    # The client's own come and go with what the linker finds unused.
    server = () if "client" in package.name else ("libsqlite3-0", "libxml2", "libxmlsec1-openssl", "zlib1g")
    for name in ("libc6", "libstdc++6", *server):
        assert re.search(rf"\b{re.escape(name)} \(>= ", fields), f"{name}: {fields}"


def main():
    tree, *packages = (pathlib.Path(word) for word in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        client = pathlib.Path(folder, "client")
        subprocess.run(["dpkg-deb", "--raw-extract", packages[1], client], check=True)
        for program, unpacked in (("latchkey", tree), ("latchkey-client", client)):
            pages = sorted(unpacked.glob("usr/share/man/*/*.gz"))
            PART.check(f"{program} has pages", lambda pages=pages: equal(len(pages) > 5, True))
            for page in pages:
                PART.check(page.name, manual_page, page)
            PART.check(f"each command of {program} has a page", a_page_for_each_command, unpacked, program)
            share = unpacked / "usr/share"
            PART.check(f"bash reads {program}'s completions", parses, "bash", share / f"bash-completion/completions/{program}")
            PART.check(f"zsh reads {program}'s completions", parses, "zsh", share / f"zsh/vendor-completions/_{program}")
            PART.check(f"fish reads {program}'s completions", parses, "fish", share / f"fish/vendor_completions.d/{program}.fish")
        PART.check("bash completes commands", bash_completes, tree, "latchkey", "serve")
        for program in [*tree.glob("usr/bin/*"), *client.glob("usr/bin/*")]:
            PART.check(f"{program.name} needs no library of Swift", needs_no_swift, program)
        for package in packages:
            PART.check(f"{package.name} says what it needs", depends, package)
        PART.check("the desktop entry is the launcher's own", desktop_entry, client)
    PART.end("pages, completions, desktop entry")


main()
