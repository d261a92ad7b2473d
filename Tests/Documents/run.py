"""Runs the command blocks of README.md and docs/*.md. Usage: run.py [DOCUMENT…]"""
import os
import pathlib
import sys

from blocks import command_blocks
from reader import Reader

ROOT = pathlib.Path(__file__).resolve().parents[2]
binaries = pathlib.Path(os.environ.get("LATCHKEY_BINARIES", ROOT / ".build/debug")).absolute()
documents = [ROOT / name for name in sys.argv[1:]] or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ran = left = failed = 0
for document in documents:
    reader = Reader(binaries, ROOT / "samples")
    try:
        for block in command_blocks(document, document.name):
            why = block.value("not run")
            if why is not None:
                left += 1
                print(f"      {block.place}: not run: {why}")
                continue
            problem = reader.run(block)
            ran += 1
            if problem:
                failed += 1
                print(f"FAIL  {block.place}: {problem}", flush=True)
    finally:
        reader.close()
print(f"{'FAIL' if failed or not ran else 'ok  '}  documents: {ran} blocks ran, {failed} failed, {left} not run, for the reasons above")
sys.exit(1 if failed or not ran else 0)
