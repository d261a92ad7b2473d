/** What the demo shop sells, and the cart, which lives in the browser. */
export const goods = [
  { id: "rope", name: "Mooring rope, 20 m", price: 49, text: "Three-strand polyester that stays soft in salt water.", sizes: false },
  { id: "vest", name: "Life vest", price: 89, text: "150 N, with a crotch strap and a whistle.", sizes: true },
  { id: "lantern", name: "Deck lantern", price: 64, text: "Burns for forty hours and does not mind spray.", sizes: false },
  { id: "anchor", name: "Plough anchor, 10 kg", price: 175, text: "Hot-dip galvanised, for boats of up to nine metres.", sizes: false },
  { id: "compass", name: "Steering compass", price: 132, text: "Oil-filled, with a red light for the night.", sizes: false },
  { id: "binoculars", name: "Marine binoculars", price: 210, text: "7 by 50, filled with nitrogen, floats.", sizes: false },
];

export const euros = (amount) => amount.toLocaleString("en-IE", { style: "currency", currency: "EUR" });

export function cart() {
  return JSON.parse(sessionStorage.getItem("shop.cart") || "[]");
}

export function addToCart(id, size) {
  sessionStorage.setItem("shop.cart", JSON.stringify([...cart(), { id, size }]));
}

/** *Get help* starts a session by the visitor script, and stands back while there is one. */
export function offerHelp(button) {
  button.addEventListener("click", () => window.Latchkey.start());
  const update = () => (button.disabled = !["idle", "over"].includes(window.Latchkey.state));
  for (const name of ["started", "ended", "error"]) window.Latchkey.on(name, update);
}
