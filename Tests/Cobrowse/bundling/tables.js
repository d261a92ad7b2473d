export const Color = Object.freeze({ red: 1, green: 0x10, blue: 1_000 });
export const Kept = Object.freeze({ one: 1, two: 2 });
const most = 3;

/** Not the `most` of the other module. */
export const least = () => most - 1;
export function describe({ name: title = "nobody", age = 7, ...rest } = {}, [first, , third = "c"] = ["a", "b"]) {
  return `${title} ${age} ${Object.keys(rest)} ${first}${third}`;
}
