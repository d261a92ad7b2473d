/** The demo shop's pages for searching and looking: one document whose routes are made in the browser. */
import { addToCart, cart, euros, goods, offerHelp } from "./shop-goods.js";

const main = document.getElementById("main");
const dialog = document.getElementById("sizes");
const search = document.getElementById("search");

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const picture = (item) => make("img", { src: `/demo/shop/static/shop-${item.id}.svg`, alt: "", width: 240, height: 240 });

function link(item) {
  const anchor = make("a", { href: "/demo/shop/p/" + item.id, textContent: item.name });
  anchor.dataset.route = "";
  return anchor;
}

function list(title, found) {
  const items = found.map((item) =>
    make("li", {}, picture(item), make("h2", {}, link(item)), make("p", { className: "price", textContent: euros(item.price) })),
  );
  const nothing = make("p", { textContent: "Nothing was found. Try another word." });
  return [make("h1", { textContent: title }), found.length ? make("ul", { className: "goods" }, ...items) : nothing];
}

function product(item) {
  const said = make("p", { role: "status" });
  const button = make("button", { type: "button", id: "add", className: "primary", textContent: "Add to cart" });
  button.addEventListener("click", () => add(item, said));
  const price = make("p", { className: "price", textContent: euros(item.price) });
  const words = make("div", { className: "words" }, make("h1", { textContent: item.name }), price, make("p", { textContent: item.text }), button, said);
  return [make("article", { className: "product" }, picture(item), words)];
}

async function add(item, said) {
  let size = "";
  if (item.sizes) {
    dialog.returnValue = "no";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (dialog.returnValue !== "add") return;
    size = dialog.querySelector("input:checked").value;
  }
  addToCart(item.id, size);
  said.textContent = "It is in your cart.";
  count();
}

function count() {
  document.getElementById("count").textContent = cart().length;
}

function show() {
  const query = new URLSearchParams(location.search).get("q")?.toLowerCase() ?? "";
  const item = goods.find(({ id }) => location.pathname === "/demo/shop/p/" + id);
  const found = goods.filter(({ name, text }) => (name + " " + text).toLowerCase().includes(query));
  main.replaceChildren(...(item ? product(item) : list(query ? `Results for “${query}”` : "All that a boat needs", found)));
  document.title = (item ? item.name + " · " : "") + "Tidewater Supply";
}

function go(address) {
  history.pushState(null, "", address);
  show();
  scrollTo(0, 0);
  main.focus();
}

document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[data-route]");
  if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(anchor.href);
});
search.addEventListener("submit", (submit) => {
  submit.preventDefault();
  go("/demo/shop?q=" + encodeURIComponent(search.elements.q.value.trim()));
});
addEventListener("popstate", show);
offerHelp(document.getElementById("help"));
count();
show();
