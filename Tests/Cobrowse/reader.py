"""Reads what a visitor's page sends, written from docs/session-format.md and nothing else."""

SNAPSHOT, CHANGES, VOLATILE = 0x01, 0x02, 0x03
SPACES = {3: "html", 4: "svg", 5: "math"}


class Malformed(Exception):
    pass


class Node:
    def __init__(self, kind, name="", text=""):
        self.kind, self.name, self.text = kind, name, text
        self.attributes, self.children, self.parent, self.number = {}, [], None, 0

    def put(self, node, before=None):
        node.leave()
        node.parent = self
        self.children.insert(self.children.index(before) if before else len(self.children), node)

    def leave(self):
        if self.parent:
            self.parent.children.remove(self)
            self.parent = None

    def all(self, isInto=lambda node: True):
        yield self
        for child in self.children:
            if isInto(child):
                yield from child.all(isInto)


class Bytes:
    """The values of the page."""

    def __init__(self, data):
        self.data, self.at = data, 0
        self.texts, self.words = [], ["", ""]

    def byte(self):
        if self.at >= len(self.data):
            raise Malformed("cut short")
        self.at += 1
        return self.data[self.at - 1]

    def number(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if value > 2 ** 53 - 1:
                raise Malformed("too large a number")
            if byte < 128:
                return value

    def decimal(self):
        value = self.number()
        return (-(value + 1) // 2 if value % 2 else value // 2) / 1000

    def take(self, count):
        if self.at + count > len(self.data):
            raise Malformed("cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def text(self):
        if not self.texts:
            raise Malformed("too few texts")
        return self.texts.pop(0)

    def word(self):
        place = self.number()
        if place == 0:
            self.words.append(self.text())
            return self.words[-1]
        if place >= len(self.words):
            raise Malformed("no such word")
        return self.words[place]

    def numbers(self):
        return [self.number() for _ in range(self.number())]

    def some(self):
        return [self.text() for _ in range(self.number())]


class Page:
    """A page as it is after the frames so far."""

    def __init__(self):
        self.nodes, self.sheets, self.frames = {}, {}, {}
        self.epoch = self.sequence = None
        self.address = self.title = None
        self.document, self.steps, self.volatile = None, 0, []
        self.parts = {}

    def take(self, frame):
        """Takes a whole binary frame; those of other kinds are left out."""
        kind = frame[0]
        if kind == VOLATILE:
            return self.read(kind, frame[1:])
        if kind not in (SNAPSHOT, CHANGES):
            return None
        flags = frame[1]
        if flags & 1:
            self.parts[kind] = b""
        self.parts[kind] += frame[2:]
        if flags & 2:
            self.read(kind, self.parts.pop(kind))
        return None

    def read(self, kind, payload):
        data = Bytes(payload)
        if data.byte() != 2:
            raise Malformed("another version")
        epoch, sequence = data.number(), data.number()
        if kind == SNAPSHOT:
            if sequence != 0:
                raise Malformed("a snapshot begins with sequence 0")
            self.nodes, self.sheets, self.frames, self.epoch = {}, {}, {}, epoch
        elif epoch != self.epoch:
            return
        elif kind == CHANGES and sequence != self.sequence + 1:
            raise Malformed("one is missing")
        if kind == VOLATILE:
            while data.at < len(data.data):
                self.step(data, {15, 16})
            return
        self.sequence = sequence
        end = data.number() + data.at
        if end > len(payload):
            raise Malformed("more steps than bytes")
        rest = payload[end:]
        data.texts = rest.decode().split("\0") if rest else []
        data.data = payload[:end]
        while data.at < end:
            self.step(data, None)
        if data.texts and data.texts != [""]:
            raise Malformed(f"texts that nobody reads: {data.texts[:3]}")

    def node(self, data):
        number = data.number()
        if number not in self.nodes:
            raise Malformed(f"no node {number}")
        return self.nodes[number]

    def tree(self, data, parent, number, before=None):
        """Reads children of a parent until their end; the next free number."""
        while (kind := data.byte()) != 0:
            if kind == 8:
                parent.put(self.node(data), before)
                continue
            if kind == 1:
                node = Node("text", text=data.text())
            elif kind in SPACES:
                node = Node(SPACES[kind], data.word())
                while name := data.word():
                    node.attributes[name] = data.word()
            elif kind == 6:
                node = Node("shadow", name=str(data.byte()))
            elif kind == 7:
                node = Node("document", name=str(data.byte()))
            elif kind == 9:
                node = Node("hidden")
            else:
                raise Malformed(f"no tree byte {kind}")
            node.number = number
            self.nodes[number] = node
            number += 1
            parent.put(node, before)
            if kind in SPACES or kind in (6, 7):
                number = self.tree(data, node, number)
        return number

    def step(self, data, allowed):
        step = data.byte()
        if allowed and step not in allowed:
            raise Malformed(f"step {step} is not for volatile frames")
        self.steps += 1
        match step:
            case 1: self.environment = (data.number(), data.number(), data.decimal(), data.number(), data.text())
            case 2: self.address, self.title = data.text(), data.text()
            case 3:
                number = data.number()
                self.document = Node("document", name=str(data.byte()))
                self.document.number = number
                self.nodes[number] = self.document
                self.tree(data, self.document, number + 1)
            case 4: self.node(data).leave()
            case 5:
                node = self.node(data)
                node.leave()
                for one in node.all():
                    del self.nodes[one.number]
            case 6:
                parent, before, first = self.node(data), data.number(), data.number()
                self.tree(data, parent, first, self.nodes[before] if before else None)
            case 7:
                node = self.node(data)
                name = data.word()
                node.attributes[name] = data.text()
            case 8: self.node(data).attributes.pop(data.word(), None)
            case 9:
                node = self.node(data)
                node.text = data.text()
            case 10:
                sheet, owner, off, media = data.number(), data.number(), data.byte(), data.word()
                self.sheets[sheet] = data.some()
            case 11:
                rules, place, count = self.sheets[data.number()], data.number(), data.number()
                rules[place:place + count] = data.some()
            case 12: data.number(), data.byte(), data.word()
            case 13: self.node(data), data.numbers()
            case 14:
                node = self.node(data)
                node.value = (data.byte(), data.text())
            case 15: self.volatile.append((self.node(data), data.decimal(), data.decimal()))
            case 16: data.decimal(), data.decimal(), data.number(), data.number()
            case 17: data.number(), data.byte()
            case 18: data.number(), data.number(), data.number()
            case 19: data.number(), data.text()
            case 20: self.node(data), data.number()
            case 21: self.node(data), data.numbers()
            case 22: self.node(data), data.number(), data.word()
            case 24: self.node(data), data.some()
            case 25:
                self.node(data)
                for _ in range(data.number()):
                    data.word(), data.numbers()
            case 26: self.node(data)
            case 27: self.node(data), data.word(), data.text()
            case 28:
                node, kind, count = self.node(data), data.byte(), data.number()
                inner = self.frames.setdefault(node.number, Page())
                inner.take(bytes([kind]) + data.take(count))
            case _: raise Malformed(f"no step {step}")
