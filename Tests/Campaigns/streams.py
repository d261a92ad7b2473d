"""What a peer of HTTP/2 costs that opens streams, takes none of the answers and says nothing more: bytes on the server's heap.

LATCHKEY_BINARY is a release build, LIVE_HEAP the library of Benchmarks/liveheap.c. Prints a table: the memory of a peer by the number
of streams that it opens, twice each, the second time on a server that has had such peers before. Of each, 80 KiB are buffers of
TLS and of the codec.

Usage: python3 Tests/Campaigns/streams.py
"""
import itertools
import os
import pathlib
import signal
import stat
import struct
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Clients"))
from http2 import END_HEADERS, END_STREAM, HEADERS, OPENAPI, RESET, Peer, SecureServer, frame  # noqa: E402

PEERS = 60


def live(server, file):
    """The bytes on the server's heap."""
    pathlib.Path(file).unlink(missing_ok=True)
    os.kill(server.process.pid, signal.SIGUSR2)
    while not (os.path.exists(file) and open(file).read().endswith("\n")):
        time.sleep(0.05)
    return int(open(file).read())


def silent_peers(server, streams):
    asked = b"".join(frame(HEADERS, END_STREAM | END_HEADERS, 2 * n + 1, OPENAPI) for n in range(streams))
    peers = [Peer(server, struct.pack(">HI", 4, 0)) for _ in range(PEERS)]
    for peer in peers:
        peer.send(asked)
    for peer in peers:
        answers = (kind for kind, _, _ in peer.frames(60) if kind in (HEADERS, RESET))
        assert len(list(itertools.islice(answers, streams))) == streams
    time.sleep(1)
    return peers


def main():
    with tempfile.TemporaryDirectory() as folder:
        program, heap = folder + "/latchkey", folder + "/heap"
        with open(program, "w") as script:
            script.write('#!/bin/sh\n[ "$1" != serve ] || export LD_PRELOAD="$LIVE_HEAP"\nexec "$REAL_PROGRAM" "$@"\n')
        os.chmod(program, stat.S_IRWXU)
        os.environ["REAL_PROGRAM"] = os.path.abspath(os.environ["LATCHKEY_BINARY"])
        os.environ |= {"LATCHKEY_BINARY": program, "LIVE_HEAP_FILE": heap}
        print("streams  KiB a peer  and again")
        for streams in (1, 12, 100):
            with SecureServer() as server:
                found = []
                for _ in range(2):
                    before = live(server, heap)
                    peers = silent_peers(server, streams)
                    found.append((live(server, heap) - before) / PEERS / 1024)
                    for peer in peers:
                        peer.close()
                    time.sleep(2)
                print(f"{streams:7}  {found[0]:10.0f}  {found[1]:9.0f}", flush=True)


main()
