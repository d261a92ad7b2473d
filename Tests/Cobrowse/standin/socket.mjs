// The server's side of WebSockets (RFC 6455), as much of it as the stand-in needs: whole frames, no extensions.
import { createHash } from "node:crypto";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Answers the handshake and returns a socket with `send`, `close`, `onmessage` and `onclose`. */
export function accept(request, stream) {
  const key = createHash("sha1").update(request.headers["sec-websocket-key"] + guid).digest("base64");
  stream.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  const socket = { onmessage() {}, onclose() {}, send, close: () => stream.end(frame(8, Buffer.alloc(0))) };
  let buffer = Buffer.alloc(0);
  let isOver = false;

  function send(data) {
    if (isOver) return;
    if (typeof data === "string") stream.write(frame(1, Buffer.from(data)));
    else stream.write(frame(2, Buffer.from(data)));
  }

  function end() {
    if (isOver) return;
    isOver = true;
    stream.destroy();
    socket.onclose();
  }

  stream.on("data", (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (let next = read(buffer); next; next = read(buffer)) {
      buffer = buffer.subarray(next.length);
      if (next.code === 8) return end();
      if (next.code === 9) stream.write(frame(10, next.payload));
      if (next.code === 1) socket.onmessage(next.payload.toString());
      if (next.code === 2) socket.onmessage(next.payload);
    }
  });
  stream.on("close", end);
  stream.on("error", end);
  return socket;
}

function frame(code, payload) {
  const size = payload.length;
  const head = size < 126 ? Buffer.alloc(2) : size < 65536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 0x80 | code;
  if (size < 126) head[1] = size;
  else if (size < 65536) {
    head[1] = 126;
    head.writeUInt16BE(size, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, payload]);
}

function read(buffer) {
  if (buffer.length < 2) return undefined;
  const short = buffer[1] & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (buffer.length < start + 4) return undefined;
  const size = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  const length = start + 4 + size;
  if (buffer.length < length) return undefined;
  const mask = buffer.subarray(start, start + 4);
  const payload = Buffer.from(buffer.subarray(start + 4, length));
  for (let index = 0; index < size; index += 1) payload[index] ^= mask[index & 3];
  return { code: buffer[0] & 0x0f, payload, length };
}
