"use strict";

/* Opens the client by its protocol URL and shows what the server says became of it. Nothing is guessed. */
class LatchkeyLaunch {
  /* `connected` opens the client again; `told` hears each state. */
  constructor(connected, told = () => {}) {
    this.told = told;
    this.state = document.getElementById("launch-state");
    this.connect = document.getElementById("launch-connect");
    this.again = document.getElementById("launch-again");
    this.install = document.getElementById("launch-install");
    this.connect.addEventListener("click", () => this.enroll(connected));
    this.round = 0;
  }

  show(text, ...offers) {
    this.state.textContent = text;
    this.connect.hidden = !offers.includes("connect");
    this.again.hidden = !offers.includes("again");
    this.install.hidden = !offers.includes("install");
  }

  /* `offer` is what the server has answered to the click. */
  async run(offer) {
    const round = ++this.round;
    this.offer = offer;
    this.show("Opening the Latchkey client …");
    // In the frame of a CRM the CRM's own policy would forbid the frame to leave for another scheme.
    window.open(offer.launchURL, "_top");
    let known = "";
    setTimeout(() => {
      if (round === this.round && known === "offered") this.tellNothingOpened();
    }, 4500);
    for (;;) {
      const progress = await this.ask(known);
      if (round !== this.round) return;
      if (progress.state !== known) this.tell(progress);
      known = progress.state;
      if (["ended", "declined", "refused"].includes(known)) return;
      if (known === "unknown") await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  /* What became of the launch; the server answers once that is no longer `known`, or after a while. */
  async ask(known) {
    try {
      const answer = await fetch("/api/v1/launches?after=" + known, {
        credentials: "omit",
        headers: { authorization: "Bearer " + this.offer.launchToken },
      });
      if (answer.ok) return await answer.json();
    } catch {
      // The next question may be answered.
    }
    return { state: "unknown" };
  }

  tellNothingOpened() {
    this.show("Nothing has opened. Is there a client on this computer?", "again", "install");
  }

  tell(progress) {
    const { state, clientVersion, clientCode } = progress;
    document.body.dataset.launch = state;
    this.told(state);
    this.clientKey = progress.clientKey;
    if (state === "pickedUp") {
      this.show("The client (version " + clientVersion + ") is open. If it asks you something, answer it there.");
    } else if (state === "declined") {
      this.show(latchkeyDeclined[progress.reason] || latchkeyDeclined.userDeclined, "again");
    } else if (state === "notEnrolled") {
      this.show("A client that is not connected to your account has opened. Does your client show the code " + clientCode + "? If not, do not connect it, and tell your administrator.", "connect");
    } else if (state === "refused") {
      this.show("The sign-in was refused. Try again; if that does not help, give your administrator this id: " + this.offer.correlationid, "again");
    } else if (state === "signedIn") {
      this.show("The client is signed in.");
    } else if (state === "waiting") {
      this.show("The client is connected and waits for the visitor.");
    } else if (state === "inSession") {
      this.show("In session, in the Latchkey client.");
    } else if (state === "ended") {
      this.show("The session has ended.");
    } else if (state === "unknown") {
      this.show("The server cannot be reached. Trying again.");
    }
  }

  async enroll(connected) {
    this.connect.hidden = true;
    const answer = await fetch("/api/v1/launches/enrollment", {
      method: "POST",
      credentials: "omit",
      headers: { "content-type": "application/json", authorization: "Bearer " + this.offer.launchToken },
      body: JSON.stringify({ clientkey: this.clientKey }),
    });
    this.round += 1;
    if (answer.ok) connected();
    else this.show("The computer could not be connected. Try again.", "again");
  }
}

const latchkeyDeclined = {
  userDeclined: "You said no in the client.",
  notAnswered: "The client's question was not answered.",
  policyDeclined: "The client on this computer does not accept this without being asked; its administrator can change that.",
};
