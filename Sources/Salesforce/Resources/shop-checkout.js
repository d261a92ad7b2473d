/** The demo shop's checkout, a document of its own. */
import { cart, euros, goods, offerHelp } from "./shop-goods.js";

const form = document.getElementById("pay");
const problem = document.getElementById("problem");
const lines = cart().length ? cart() : [{ id: "vest", size: "M" }, { id: "rope", size: "" }];
const items = lines.map(({ id, size }) => ({ ...goods.find((item) => item.id === id), size }));

for (const { name, size, price } of items) {
  const line = document.createElement("li");
  const label = document.createElement("span");
  const amount = document.createElement("span");
  label.textContent = size ? `${name}, size ${size}` : name;
  amount.textContent = euros(price);
  line.append(label, amount);
  document.getElementById("lines").append(line);
}
document.getElementById("total").textContent = euros(items.reduce((sum, { price }) => sum + price, 0));

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  const wrong = [...form.elements].find((field) => !field.checkValidity());
  problem.hidden = !wrong;
  if (!wrong) {
    sessionStorage.removeItem("shop.cart");
    return document.getElementById("done").showModal();
  }
  problem.textContent = `Check the field “${wrong.labels[0].textContent}”.`;
  wrong.focus();
});
offerHelp(document.getElementById("help"));
