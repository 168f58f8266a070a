import { request } from "./api.js";
import { element, icon } from "./element.js";

let made = 0;

/** What whoever asked thinks of the answer. A vote can be changed, a reason added. */
export function feedbackForm(answer) {
  return answer.answered ? votes(answer.id) : missing(answer.id);
}

function votes(answerId) {
  const thanks = element("p", { class: "thanks", role: "status" });
  const reason = reasonForm(answerId, thanks);
  const buttons = [voteButton("up", "Helpful"), voteButton("down", "Not helpful")];
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      const others = buttons.filter((other) => other !== button);
      if (!(await said(answerId, { vote: button.value }, thanks))) return;
      button.setAttribute("aria-pressed", "true");
      others.forEach((other) => other.setAttribute("aria-pressed", "false"));
      reason.hidden = false;
      reason.ask(button.value === "up" ? "What was good? (optional)" : "What was wrong? (optional)");
    });
  }
  return [
    element("span", { class: "votes", role: "group", "aria-label": "Was this answer helpful?" }, ...buttons),
    reason,
    thanks,
  ];
}

function missing(answerId) {
  const thanks = element("p", { class: "thanks", role: "status" });
  const button = element(
    "button",
    { type: "button", class: "quiet", "aria-pressed": "false" },
    icon("add"),
    "This should be answered",
  );
  const noted = "Thank you. The question is noted as one that the documents should answer.";
  button.addEventListener("click", async () => {
    if (await said(answerId, { missing: true }, thanks, noted)) button.setAttribute("aria-pressed", "true");
  });
  return [button, thanks];
}

function voteButton(value, words) {
  return element("button", { type: "button", class: "quiet", value, "aria-pressed": "false" }, icon(value), words);
}

function reasonForm(answerId, thanks) {
  const id = `reason-${++made}`;
  const label = element("label", { for: id });
  const field = element("textarea", { id, class: "field", rows: "2", maxlength: "3000" });
  const send = element("button", { type: "submit", class: "button" }, "Send");
  const form = element("form", { class: "reason", hidden: true }, label, field, send);
  form.ask = (words) => (label.textContent = words);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await said(answerId, { reason: field.value.trim() }, thanks)) form.hidden = true;
  });
  return form;
}

async function said(answerId, opinion, thanks, words = "Thank you, noted.") {
  try {
    await request(`/answers/${encodeURIComponent(answerId)}/feedback`, { method: "POST", json: opinion });
    thanks.textContent = words;
    return true;
  } catch (problem) {
    thanks.textContent =
      problem.status === 404 ? "This answer is no longer kept." : (problem.words ?? "That did not work.");
    return false;
  }
}
