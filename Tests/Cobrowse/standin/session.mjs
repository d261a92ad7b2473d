// One session between a visitor and an agent, as the session server keeps it: the control plane and the relay.
export class Session {
  constructor(key, owner, may) {
    Object.assign(this, { key, owner, may, status: "J", sides: {}, isWelcome: owner === "agent", kept: [] });
  }

  tell(side, event) {
    this.sides[side]?.socket?.send(JSON.stringify(event));
  }

  connect(side, id, name, socket) {
    const own = this.sides[side];
    if (this.status.match(/[CDKX]/)) return socket.send('{"type":"refused","reason":"over"}');
    if (own && own.id !== id) return socket.send('{"type":"refused","reason":"occupied"}');
    own?.socket?.close();
    this.sides[side] = { id, name, socket };
    const other = side === "agent" ? "visitor" : "agent";
    const event = { type: "connected", status: this.status, other: this.sides[other]?.name, may: this.may.join(" ") };
    this.tell(side, event);
    if (own) this.tell(other, { type: "arrived", role: side, name });
    socket.onmessage = (data) => (typeof data === "string" ? this.read(side, JSON.parse(data)) : this.relay(side, data));
    socket.onclose = () => {
      if (this.sides[side]?.socket !== socket) return;
      this.sides[side].socket = undefined;
      if (/[CDKX]/.test(this.status)) return;
      this.tell(other, { type: "away", role: side });
      this.roster();
    };
    if (side === "agent" && this.status === "A") for (const frame of this.kept) socket.send(frame);
    this.meet();
  }

  /** Says which agents are there: the one, who is in control. */
  roster() {
    const { name, socket } = this.sides.agent;
    const may = this.may.join(" ");
    const event = { type: "agents", agent: name, names: name, numbers: "1", control: "1", away: socket ? "" : "1", asking: "", asked: "", may };
    this.tell("visitor", event);
    this.tell("agent", { ...event, own: "1" });
  }

  meet() {
    const { agent, visitor } = this.sides;
    if (this.status === "A") return this.roster();
    if (!agent || !visitor) {
      this.status = "W";
    } else if (this.isWelcome) {
      this.status = "A";
      for (const side of ["agent", "visitor"]) {
        this.tell(side, { type: "active", agent: agent.name, visitor: visitor.name, may: this.may.join(" ") });
      }
      this.roster();
    } else {
      this.status = "W";
      this.tell("visitor", { type: "consentAsked", agent: agent.name });
      this.tell("agent", { type: "consentPending" });
    }
  }

  read(side, command) {
    const other = side === "agent" ? "visitor" : "agent";
    if (command.type === "accept") {
      this.isWelcome = true;
      this.meet();
    } else if (command.type === "decline") {
      this.end("D", side);
    } else if (command.type === "leave" || command.type === "end") {
      this.end("C", side);
    } else if (command.type === "k") {
      this.tell(side, command);
    } else if (command.type === "message" && this.status === "A") {
      this.tell(other, { type: "message", role: side, name: this.sides[side].name, text: command.text });
    }
  }

  relay(side, frame) {
    if (this.status !== "A") return;
    if (side === "visitor") {
      if (frame[0] === 1 && frame[1] & 1) this.kept = [];
      if (frame[0] === 1 || frame[0] === 2) this.kept.push(Buffer.from(frame));
    }
    this.sides[side === "agent" ? "visitor" : "agent"]?.socket?.send(frame);
  }

  end(status, by) {
    this.status = status;
    for (const side of ["agent", "visitor"]) this.tell(side, { type: "ended", status, by });
  }
}
