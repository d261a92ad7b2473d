"use strict";

/* The agents of this session: who is there, who is in control, and the ways for another one to come in. */
class LatchkeyAgents {
  /* `send` sends a command, `link` makes the address of an invitation. */
  constructor(send, link) {
    this.send = send;
    this.link = link;
    this.agents = [];
    this.mayInvite = false;
    this.part("ask-control").addEventListener("click", () => send({ type: "askControl" }));
    this.part("invite-agent").addEventListener("click", () => send({ type: "invite" }));
    this.part("copy-agent").addEventListener("click", () => this.copy());
  }

  part(id) {
    return document.getElementById(id);
  }

  get others() {
    return this.agents.filter((agent) => !agent.isOwn);
  }

  get hasControl() {
    return this.agents.length === 0 || this.agents.some((agent) => agent.isOwn && agent.inControl);
  }

  get nameInControl() {
    return (this.agents.find((agent) => agent.inControl) || { name: "" }).name;
  }

  allow(rights) {
    this.mayInvite = rights.includes("invite");
    this.show();
  }

  /* What the server says of who is there. */
  update({ names, numbers, control, away, asking, asked, own }) {
    const all = names.split("\n");
    const has = (list, number) => list.split(" ").includes(number);
    this.agents = numbers.split(" ").map((number, index) => ({
      number,
      name: all[index],
      isOwn: number === own,
      inControl: number === control,
      isAway: has(away, number),
      isAsking: has(asking, number),
    }));
    this.asked = asked;
    // Whoever the visitor is asked about has used the link.
    if (asked) this.part("agent-link").hidden = true;
    this.show();
  }

  show() {
    this.part("agents").hidden = this.agents.length < 2 && !this.mayInvite;
    this.part("agent-list").replaceChildren(...(this.agents.length > 1 ? this.agents.map((agent) => this.item(agent)) : []));
    const own = this.agents.find((agent) => agent.isOwn);
    this.part("ask-control").hidden = this.hasControl;
    this.part("ask-control").disabled = Boolean(own && own.isAsking);
    this.part("invite-agent").hidden = !this.mayInvite;
    const wish = this.others.find((agent) => agent.isAsking);
    this.say(
      this.asked ? "The visitor is asked about " + this.asked + "."
      : wish && this.hasControl ? wish.name + " asks for control."
      : own && own.isAsking ? this.nameInControl + " is asked for control."
      : this.agents.length > 1 ? (this.hasControl ? "You are in control." : this.nameInControl + " is in control.")
      : "",
    );
  }

  /* Said anew only where it changes: it is read out. */
  say(text) {
    const state = this.part("agents-state");
    if (state.textContent !== text) state.textContent = text;
  }

  item(agent) {
    const item = document.createElement("li");
    const notes = [agent.isOwn && "you", agent.inControl && "in control", agent.isAway && "away"].filter(Boolean);
    item.textContent = agent.name + (notes.length > 0 ? " (" + notes.join(", ") + ")" : "");
    if (!this.hasControl || agent.isOwn || agent.isAway) return item;
    const give = document.createElement("button");
    give.type = "button";
    give.textContent = "Hand over control";
    give.setAttribute("aria-label", "Hand over control to " + agent.name);
    give.addEventListener("click", () => this.send({ type: "giveControl", to: agent.number }));
    item.append(" ", give);
    return item;
  }

  /* The server has made a way in for another agent. */
  invited(invitation) {
    this.part("agent-link").hidden = false;
    this.part("agent-url").value = this.link(invitation);
    this.part("copy-agent").textContent = "Copy";
    this.part("agent-url").focus();
    this.part("agent-url").select();
  }

  async copy() {
    this.part("agent-url").select();
    try {
      await navigator.clipboard.writeText(this.part("agent-url").value);
    } catch {
      // A frame may not be allowed to: then the old way, or the selection is left to be copied by hand.
      if (!document.execCommand("copy")) return;
    }
    this.part("copy-agent").textContent = "Copied";
  }

  clear() {
    this.agents = [];
    this.asked = "";
    this.part("agents").hidden = this.part("agent-link").hidden = true;
  }
}
