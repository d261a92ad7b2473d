import { LightningElement, api } from "lwc";

const PAGES = { Lead: "LatchkeyLead", Contact: "LatchkeyContact", Case: "LatchkeyCase" };

/** The Latchkey panel on a record page: the Visualforce page of its object, in a frame. */
export default class LatchkeyPanel extends LightningElement {
  @api recordId;
  @api objectApiName;
  @api height = 180;

  get source() {
    const page = PAGES[this.objectApiName];
    return page && this.recordId ? `/apex/${page}?id=${encodeURIComponent(this.recordId)}` : "";
  }

  get frameStyle() {
    return `height: ${Number(this.height) || 180}px`;
  }
}
