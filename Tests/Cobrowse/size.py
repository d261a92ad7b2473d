"""What a visitor loads: bytes of each file as the server sends it, raw and gzipped. Usage: size.py [--output FOLDER]

A plain page with text, inputs and images loads the start of a session; the late parts come when something on the page needs
them. Needs swiftc, for the tool that bundles the scripts, and node, which checks that each bundle can be read.
"""

import argparse
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOADER, START = "visitor/loader.js", ("visitor/visitor-main.js", "visitor/capture.js")
LOADER_LIMIT, LIMIT = 4000, 30000
ENTRY = re.compile(r'^"([^"\n]+)": #{10}"""\n(.*?)\n"""#{10},$', re.DOTALL | re.MULTILINE)


def tool():
    """The bundling tool, compiled where it is missing or old."""
    program = ROOT / ".build-cobrowse" / "bundle-scripts"
    sources = sorted((ROOT / "Sources/bundle-scripts").glob("*.swift"))
    if not program.exists() or program.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        program.parent.mkdir(exist_ok=True)
        subprocess.run(["swiftc", "-parse-as-library", "-swift-version", "6", "-o", program, *sources], check=True)
    return program


def bundles(folder):
    """The bundle of each module of a folder that is fetched by itself, by its path."""
    with tempfile.TemporaryDirectory() as temporary:
        swift = pathlib.Path(temporary) / "bundles.swift"
        subprocess.run([tool(), swift, folder, *sorted(folder.rglob("*.js"))], check=True)
        return dict(ENTRY.findall(swift.read_text()))


def is_readable(name, text):
    """Whether a JavaScript engine can read a bundle."""
    with tempfile.NamedTemporaryFile("w", suffix=".mjs") as file:
        file.write(text)
        file.flush()
        found = subprocess.run(["node", "--check", file.name], capture_output=True, text=True)
    if found.returncode:
        print(f"{name}: {found.stderr.strip()}")
    return found.returncode == 0


def says_the_same():
    """Whether a module that is easily misread says as a bundle what it says as it is."""
    folder, said = ROOT / "Tests/Cobrowse/bundling", []
    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        (place / "package.json").write_text('{"type": "module"}')
        for texts in ({path.name: path.read_text() for path in folder.glob("*.js")}, bundles(folder)):
            for name, text in texts.items():
                (place / name).write_text(text)
            said.append(subprocess.run(["node", place / "sample.js"], capture_output=True, text=True))
            if said[-1].returncode:
                print(said[-1].stderr)
    if said[0].stdout != said[1].stdout:
        print(said[0].stdout, said[1].stdout, sep="")
    return said[0].stdout != "" and said[0].stdout == said[1].stdout


def main(options):
    files = bundles(ROOT / "Sources/Cobrowse")
    if options.output:
        for name, text in files.items():
            path = pathlib.Path(options.output) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    raw = {name: len(text.encode()) for name, text in files.items()}
    size = {name: len(gzip.compress(text.encode(), 9)) for name, text in files.items()}
    languages = [name for name in files if name.startswith("visitor/lang-")]
    language = max(languages, key=size.get)
    start = [LOADER, *START, language]
    late = [name for name in files if name.startswith("visitor/") and name not in start and name not in languages]
    checks = []

    def row(name, names):
        print(f"{name:44} {sum(raw[each] for each in names):8} {sum(size[each] for each in names):8}")

    def check(passed, name):
        checks.append(passed)
        print(f"{'ok  ' if passed else 'FAIL'} {name}")

    print(f"{'file':44} {'bytes':>8} {'gzipped':>8}")
    for name in start:
        row(name, [name])
    row("all that a session on a plain page loads", start)
    for name in sorted(late):
        row(f"late: {name}", [name])
    total = sum(size[name] for name in start)
    check(size[LOADER] <= LOADER_LIMIT, f"the loader has at most {LOADER_LIMIT} bytes gzipped: {size[LOADER]}")
    check(total <= LIMIT, f"a session on a plain page has at most {LIMIT}: {total}")
    check(len(late) >= 8, f"late parts are files of their own: {len(late)}")
    check(all([is_readable(name, text) for name, text in files.items()]), f"all {len(files)} bundles can be read")
    check(says_the_same(), "a bundle does what its modules do")
    print(f"{len(checks)} checks, {checks.count(False)} failed")
    return 1 if False in checks else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", help="writes the bundles there, to be run with `--modules` of the other tests")
    sys.exit(main(parser.parse_args()))
