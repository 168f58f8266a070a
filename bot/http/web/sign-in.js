// The page for whoever needs a key: shows it to the server once, which answers with a cookie, and opens what was wanted.

const form = document.getElementById("sign-in");
const reason = document.getElementById("reason");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  reason.textContent = "";
  try {
    reason.textContent = await refusal(form.elements.key.value.trim());
  } catch {
    reason.textContent = "The server cannot be reached.";
  }
  if (!reason.textContent) location.reload();
});

async function refusal(key) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/session", { method: "POST", headers, body: JSON.stringify({ key }) });
  return response.ok ? "" : (await response.json()).detail;
}
