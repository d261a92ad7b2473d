"use strict";

/* Takes credentials out of the page's address: they are used up or were refused, and are not to stay in the history. */
(() => {
  const secrets = ["ticket", "token", "loginkey", "gssnid", "password", "idptoken"];
  const names = ["partneruserid", "username"];
  const url = new URL(location.href);
  const { searchParams } = url;
  for (const [name, value] of [...searchParams]) {
    const isCombined = names.includes(name.toLowerCase()) && value.includes("~$");
    if (secrets.includes(name.toLowerCase())) searchParams.delete(name);
    else if (isCombined) searchParams.set(name, value.slice(0, value.lastIndexOf("~$")));
  }
  if (searchParams.toString() !== new URL(location.href).searchParams.toString()) history.replaceState(null, "", url);
})();
