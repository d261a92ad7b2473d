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
arguments = []
for argument in sys.argv[1:]:
    arguments += open(argument[1:]).read().split() if argument.startswith("@") else [argument]
sources = [each.strip("'") for each in arguments if each.strip("'").endswith((".swift", ".c", ".cc", ".S"))]
with open(LOG, "a") as log:
    log.write("%.2f\\t%s\\n" % (used.ru_utime + used.ru_stime, sources[0] if sources else ""))
sys.exit(status)
"""


def compiler(name, folder, log):
    """A program that stands for a compiler."""
    path = f"{folder}/{name}"
    # By its own name: swiftc and clang look at how they are called.
    real = os.path.join(os.path.dirname(os.path.realpath(shutil.which(name))), name)
    with open(path, "w") as file:
        file.write(WRAPPER.replace("REAL", repr(real)).replace("LOG", repr(log)))
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return path


def run(*command, **options):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        log, scratch = f"{folder}/log", f"{folder}/build"
        run("swift", "package", "--scratch-path", scratch, "resolve")
        environment = dict(os.environ, SWIFT_EXEC=compiler("swiftc", folder, log), CC=compiler("clang", folder, log))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run("swift", "build", "--scratch-path", scratch, "--product", "latchkey", env=environment)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        packages = collections.Counter()
        for line in open(log):
            seconds, place = line.rstrip("\n").split("\t")
            package = re.search(r"/checkouts/([^/]+)/", place)
            packages[package[1] if package else "Latchkey's own, and linking"] += float(seconds)
        total = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        print(f"{'package':32} {'processor s':>12} {'share':>7}")
        for package, seconds in packages.most_common():
            print(f"{package:32} {seconds:12.0f} {seconds / total:7.1%}")
        print(f"{'everything, SwiftPM itself too':32} {total:12.0f} {1:7.1%}")


if __name__ == "__main__":
    sys.exit(main())
