import { element } from "./element.js";

let asked = 0;

/** Ask before something cannot be taken back; kept as true if `action`, the words of the button, was pressed. */
export function confirmed(title, explanation, action) {
  const id = `confirmation-${++asked}`;
  const no = element("button", { class: "button", value: "no" }, "Cancel");
  const yes = element("button", { class: "button main", value: "yes" }, action);
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", { id, dir: "auto" }, title),
    element("p", { id: `${id}-words`, dir: "auto" }, explanation),
    element("div", { class: "choices" }, no, yes),
  );
  const dialog = element(
    "dialog",
    { class: "confirmation", "aria-labelledby": id, "aria-describedby": `${id}-words` },
    form,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
