/** Where Footnote is served, also below a path of a proxy: these files lie one level deeper. */
export const ROOT = new URL("..", import.meta.url);

/** The address of one of our own endpoints. */
export function address(path) {
  return path instanceof URL ? path : new URL(path.replace(/^\//, ""), ROOT);
}

/** Where a document is read, on this server: whatever host the URL names, only what follows it is taken. */
export function documentAddress(url) {
  const given = new URL(url, ROOT);
  const path = given.pathname.slice(Math.max(0, given.pathname.indexOf("/documents/")));
  return address(path.startsWith("/documents/") ? path + given.search + given.hash : "/documents/");
}

/** The document itself rather than a place in it. */
export function documentItself(url) {
  const place = documentAddress(url);
  place.search = "";
  place.hash = "";
  return place;
}

/** What the server, or the way to it, said no with. `status` 0: it was not reached. */
export class Problem extends Error {
  constructor(status, detail, retryAfter = null) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The same in a sentence for people. */
  get words() {
    if (this.status === 401) return "A key is needed to go on.";
    if (this.status === 429) return `Too many requests at the moment. Please try again in ${seconds(this.retryAfter)}.`;
    return sentence(this.message);
  }
}

export const UNREACHED = "the server cannot be reached; check your connection, then try again";

/** A response that is fine; raises Problem otherwise, and AbortError when `signal` says so. */
export async function request(path, { method = "GET", json, accept = "application/json", signal } = {}) {
  const headers = { Accept: accept };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const body = json === undefined ? undefined : JSON.stringify(json);
  let response;
  try {
    response = await fetch(address(path), { method, headers, body, signal, credentials: "same-origin" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(0, UNREACHED);
  }
  if (!response.ok)
    throw problemOf(response.status, await jsonOrNothing(response), response.headers.get("Retry-After"));
  return response;
}

/** What the server tells as JSON. */
export async function read(path, options) {
  return (await request(path, options)).json();
}

/** The problem details of a response, or what can be said without any. */
export function problemOf(status, body, retryAfter = null) {
  const detail = typeof body?.detail === "string" && body.detail ? body.detail : `the server said ${status}`;
  return new Problem(status, detail, retryAfter);
}

async function jsonOrNothing(response) {
  try {
    return await response.json();
  } catch {
    return null; // a proxy that speaks for the server
  }
}

function seconds(retryAfter) {
  const count = Math.ceil(Number(retryAfter));
  if (!(count > 0)) return "a moment";
  return count === 1 ? "a second" : `${count} seconds`;
}

function sentence(words) {
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
