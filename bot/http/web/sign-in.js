import { refused, signIn } from "./session.js";

// The key is shown to the server once, which answers with a cookie; then what was wanted is opened.
const form = document.getElementById("sign-in");
const reason = document.getElementById("reason");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  reason.textContent = "";
  try {
    await signIn(form.elements.key.value.trim());
    location.reload();
  } catch (problem) {
    reason.textContent = refused(problem);
    form.elements.key.select();
  }
});
