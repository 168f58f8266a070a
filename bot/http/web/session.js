import { Problem, read, request } from "./api.js";
import { element } from "./element.js";

const NOBODY = {
  name: "",
  may_manage: false,
  signed_in: false,
  keys_needed: false,
  documents: null,
  upload_suffixes: [],
  max_upload_bytes: 0,
};

/** Who the server takes this browser for, and what they may. */
export async function session() {
  try {
    return await read("/session");
  } catch {
    return NOBODY; // then nothing is offered that needs somebody
  }
}

export function signIn(key) {
  return request("/session", { method: "POST", json: { key } });
}

export function signOut() {
  return request("/session", { method: "DELETE" });
}

/** Ask for a key in the middle of something; kept as true once the server knows it, false if nobody gives one. */
export function keyGiven() {
  const field = element("input", {
    id: "key",
    class: "field",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const refusal = element("p", { class: "refused", role: "alert" });
  const cancel = element("button", { type: "button", class: "button" }, "Cancel");
  const form = element(
    "form",
    {},
    element("h2", { id: "key-title" }, "A key is needed"),
    element("p", {}, "Your key is not accepted any more, or there is none. What you asked is kept."),
    element("label", { for: "key" }, "Key"),
    field,
    refusal,
    element("div", { class: "choices" }, cancel, element("button", { class: "button main" }, "Sign in")),
  );
  const dialog = element("dialog", { class: "confirmation", "aria-labelledby": "key-title" }, form);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(field.value.trim()).then(
      () => dialog.close("given"),
      (problem) => (refusal.textContent = refused(problem)),
    );
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "given");
    });
  });
}

/** Why a key lets nobody in. */
export function refused(problem) {
  if (!(problem instanceof Problem)) return "That did not work.";
  return problem.status === 401 || problem.status === 422
    ? "This key is not known here, or it has expired."
    : problem.words;
}
