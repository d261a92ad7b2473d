"""A mail server that takes one mail, without TLS, as one on the same machine may. Usage: mail_server.py FILE, which gets its address."""
import pathlib
import socket
import sys

with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(120)
    pathlib.Path(sys.argv[1] + ".new").write_text(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
    pathlib.Path(sys.argv[1] + ".new").rename(sys.argv[1])
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as stream:
        connection.settimeout(30)

        def answer(text):
            stream.write(text.encode() + b"\r\n")

        answer("220 mail.acme.example ESMTP")
        for line in stream:
            command = line[:4].upper()
            if command == b"QUIT":
                break
            answer("354 go on" if command == b"DATA" else "250 2.0.0 Ok")
            if command == b"DATA":
                while stream.readline() not in (b".\r\n", b""):
                    pass
                answer("250 2.0.0 Ok: queued as 4WxYz1")
