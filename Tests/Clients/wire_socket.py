"""The client's side of a WebSocket (RFC 6455), as much of it as a session needs; nothing but the standard library."""
import base64
import json
import os
import socket
import struct
import zlib


class WebSocket:
    def __init__(self, port, path, origin=None, host="127.0.0.1", name=None, tls=None, extensions=None):
        """`name` is what the server is called if that is not its address; `tls` is a context of `ssl`; `extensions` are offered."""
        self.socket = socket.create_connection((host, port), timeout=10)
        name = name or host
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=name)
        self.bytes = b""
        self.close_code = None
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {name}:{port}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(),
        ] + ([f"Origin: {origin}"] if origin else [])
        if extensions:
            lines.append("Sec-WebSocket-Extensions: " + extensions)
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        while b"\r\n\r\n" not in self.bytes:
            self.receive()
        head, _, self.bytes = self.bytes.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
        self.extensions = fields.get("sec-websocket-extensions")
        # What the last frame was before it was read, if it was compressed.
        self.deflated = None

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("the connection was closed")
        self.bytes += data

    def take(self, count):
        while len(self.bytes) < count:
            self.receive()
        data, self.bytes = self.bytes[:count], self.bytes[count:]
        return data

    def send(self, value, opcode=1, bits=0x80):
        """Sends a JSON value as a text, or bytes with another opcode; `bits` are those beside the opcode."""
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        if len(data) < 126:
            length = bytes([0x80 | len(data)])
        else:
            length = b"\xfe" + struct.pack(">H", len(data)) if len(data) < 65536 else b"\xff" + struct.pack(">Q", len(data))
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self.socket.sendall(bytes([bits | opcode]) + length + mask + masked)

    def frame(self):
        """The next text as a value, or the bytes of a binary frame; answers pings. `None` at the end."""
        while True:
            first, length = self.take(2)
            if length >= 126:
                size = {126: 2, 127: 8}[length]
                length = int.from_bytes(self.take(size), "big")
            data = self.take(length)
            self.deflated = data if first & 0x40 else None
            if self.deflated is not None:
                data = zlib.decompressobj(-15).decompress(data + b"\0\0\xff\xff")
            match first & 15:
                case 1: return json.loads(data)
                case 2: return data
                case 8:
                    self.close_code = int.from_bytes(data[:2], "big")
                    return None
                case 9: self.send(data, opcode=10)

    def until(self, *types):
        """The next text of one of these types, whatever comes before it; what was passed is kept in `seen`."""
        while True:
            frame = self.frame()
            assert frame is not None, f"closed with {self.close_code} while waiting for {types}"
            if isinstance(frame, dict) and frame["type"] in types:
                return frame

    def close(self):
        """Breaks the connection off, without a word."""
        self.socket.close()
