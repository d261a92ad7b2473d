"""What a document tells its reader to run, and what it shows beside it.

A fenced block of `sh` is a command block. A block of `text`, `xml` or `json` behind it, under the same heading, is what its
commands print. Comments before a block, which readers do not see, say what the reader brings:

    <!-- not run: WHY -->             this machine cannot run the block
    <!-- run by: SCRIPT -->           another script of this repository runs it word for word
    <!-- given: FILE… -->             files that the reader has by now, from `given.py`
    <!-- put: TEXT = COMMAND -->      the reader puts something else for TEXT: what COMMAND prints
    <!-- reached as: NAME -->         the reader's server answers over TLS under this name; a refusal of `curl` fails the block
    <!-- answers at: ADDRESS -->      the commands run until the document ends, and answer at this address by HTTP
    <!-- typed: TEXT -->              what the reader types when asked
    <!-- exit: STATUS -->             another exit status than 0
    <!-- varies: TEXT -->             in the output: stands for anything
    <!-- not output: WHY -->          the block is not what the commands before it print
"""
import dataclasses
import pathlib
import re
import textwrap

FENCE = re.compile(r"^( *)```([a-z]*)\s*$")
NOTE = re.compile(r"<!--\s*(not run|run by|given|put|reached as|answers at|typed|exit|varies|not output):\s*(.*?)\s*-->", re.S)
COMMANDS = {"sh", "bash", "shell", "console"}
OUTPUT = {"text", "xml", "json"}
LOOKS_LIKE_COMMAND = re.compile(r"^\s*(\$ |(sudo|latchkey\S*|curl|script/\S+|systemctl|apt\S*|docker|podman)\s)", re.M)


@dataclasses.dataclass
class Block:
    """A fenced block, the notes before it, and the output that the document shows behind it."""

    document: str
    line: int
    language: str
    text: str
    notes: list = dataclasses.field(default_factory=list)
    outputs: list = dataclasses.field(default_factory=list)

    @property
    def place(self):
        return f"{self.document}:{self.line}"

    def values(self, kind):
        return [value for name, value in self.notes if name == kind]

    def value(self, kind):
        return next(iter(self.values(kind)), None)


class Unreadable(Exception):
    """A document that cannot be taken apart: line and reason."""


def fenced(path, name):
    """Every fenced block of a document, in order, and `None` for each heading."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").split("\n")
    between, found, index = [], [], 0
    while index < len(lines):
        match = FENCE.match(lines[index])
        if not match:
            if lines[index].startswith("#"):
                found.append(None)
            between.append(lines[index])
            index += 1
            continue
        first, indent = index, match[1]
        index += 1
        while index < len(lines) and lines[index].strip() != "```":
            index += 1
        if index == len(lines):
            raise Unreadable(f"{name}:{first + 1}: the block does not end")
        text = textwrap.dedent("\n".join(lines[first + 1:index])) if indent else "\n".join(lines[first + 1:index])
        found.append(Block(name, first + 1, match[2], text + "\n", notes_before(between)))
        between, index = [], index + 1
    return found


def notes_before(between):
    """The notes between the last text that readers see and a block."""
    text = "\n".join(between).rstrip()
    comments = re.search(r"((?:<!--(?:(?!-->).)*-->\s*)*)$", text, re.S)[1]
    return NOTE.findall(comments)


def command_blocks(path, name):
    """The command blocks of a document with their outputs. Raises `Unreadable` for what looks like one but is not."""
    blocks, last = [], None
    for block in fenced(path, name):
        if block is None:
            last = None
        elif block.language in COMMANDS:
            blocks.append(block)
            last = block
        elif block.language in OUTPUT and last and not block.value("not output"):
            last.outputs.append(block)
        elif LOOKS_LIKE_COMMAND.search(block.text) and not block.value("not output"):
            raise Unreadable(f"{block.place}: looks like commands; its language has to be sh")
    return blocks
