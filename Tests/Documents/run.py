"""Runs the command blocks of README.md and docs/*.md. Usage: run.py [DOCUMENT…]"""
import os
import pathlib
import sys

from blocks import command_blocks
from reader import Reader

ROOT = pathlib.Path(__file__).resolve().parents[2]
binaries = pathlib.Path(os.environ.get("LATCHKEY_BINARIES", ROOT / ".build/debug")).absolute()
documents = [ROOT / name for name in sys.argv[1:]] or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def left_out(part, block):
    """Why a block is not run by another script: that has to be a part of `script/test`, or have the commands as lines of its own."""
    script = ROOT / part
    if not script.is_file():
        return f"there is no {part}"
    commands = {line.partition("#")[0].strip() for line in block.text.splitlines()}
    tests, lines = (ROOT / "script/test").read_text().split(), set(map(str.strip, script.read_text().splitlines()))
    return None if part in tests or commands <= lines else f"{part} is no part of script/test"


ran = elsewhere = left = failed = 0
for document in documents:
    reader = Reader(binaries, ROOT)
    try:
        for block in command_blocks(document, document.name):
            why = block.value("not run")
            if why is not None:
                left += 1
                print(f"      {block.place}: not run: {why}")
                continue
            part = block.value("run by")
            if part is not None:
                elsewhere += 1
                problem = left_out(part, block)
            else:
                ran += 1
                problem = reader.run(block)
            if problem:
                failed += 1
                print(f"FAIL  {block.place}: {problem}", flush=True)
    finally:
        reader.close()
print(f"{'FAIL' if failed or not ran + elsewhere else 'ok  '}  documents: {ran} blocks ran, {elsewhere} run by another part, {failed} failed, {left} not run, for the reasons above")
sys.exit(1 if failed or not ran + elsewhere else 0)
