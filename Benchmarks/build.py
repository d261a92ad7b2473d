"""What the first build costs: processor seconds of each package, by the compilers that it starts.

Builds `latchkey` from nothing in a folder of its own, in debug, with compilers that write down what they took. Packages are
fetched before. Usage: build.py
"""
import collections, os, re, resource, shutil, stat, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Runs the compiler, and adds its processor time and the files of its command line to a log.
WRAPPER = """#!/usr/bin/env python3
import os, resource, subprocess, sys
status = subprocess.run([REAL] + sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
places = [argument for argument in sys.argv[1:] if "/checkouts/" in argument or "/Sources/" in argument]
with open(LOG, "a") as log:
    log.write(f"{used.ru_utime + used.ru_stime:.2f}\\t{places[-1] if places else sys.argv[-1]}\\n")
sys.exit(status)
"""


def compiler(name, folder, log):
    """A program that stands for a compiler."""
    path = f"{folder}/{name}"
    real = subprocess.run(["readlink", "-f", shutil.which(name)], capture_output=True, text=True).stdout.strip()
    # Beside its own name: swiftc and clang look at how they are called.
    real = os.path.join(os.path.dirname(real), name) if os.path.exists(os.path.join(os.path.dirname(real), name)) else real
    with open(path, "w") as file:
        file.write(WRAPPER.replace("REAL", repr(real)).replace("LOG", repr(log)))
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return path


def main():
    with tempfile.TemporaryDirectory() as folder:
        log, scratch = f"{folder}/log", f"{folder}/build"
        subprocess.run(["swift", "package", "--scratch-path", scratch, "resolve"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        environment = dict(os.environ, SWIFT_EXEC=compiler("swiftc", folder, log), CC=compiler("clang", folder, log))
        subprocess.run(["swift", "build", "--scratch-path", scratch, "--product", "latchkey"], cwd=ROOT, env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        packages = collections.Counter()
        for line in open(log):
            seconds, place = line.rstrip("\n").split("\t")
            package = re.search(r"/checkouts/([^/]+)/", place)
            packages[package[1] if package else "Latchkey's own, and linking"] += float(seconds)
        total = used.ru_utime + used.ru_stime
        print(f"{'package':32} {'processor s':>12} {'share':>7}")
        for package, seconds in packages.most_common():
            print(f"{package:32} {seconds:12.0f} {seconds / total:7.1%}")
        print(f"{'everything, SwiftPM itself too':32} {total:12.0f} {1:7.1%}")


if __name__ == "__main__":
    sys.exit(main())
