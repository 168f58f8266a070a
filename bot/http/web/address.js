import { ROOT } from "./api.js";

/** What the address of the page asks for: {conversation}, {answer}, or neither for a new conversation. */
export function wanted() {
  const path = location.pathname.slice(ROOT.pathname.length);
  if (path.startsWith("a/")) return { answer: decoded(path.slice(2)) };
  const conversation = new URLSearchParams(location.search).get("conversation");
  return conversation ? { conversation } : {};
}

/** Make the address that of a conversation, or of none, so that it can be kept and gone back from. */
export function goTo(conversation = null) {
  const to = new URL(ROOT);
  if (conversation) to.searchParams.set("conversation", conversation);
  if (to.href !== location.href) history.pushState(null, "", to);
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
