import { Problem, problemOf } from "./api.js";

const BROKEN = "the connection broke before the answer was complete; try again";

/** The events of a response to POST /ask: `{name, value}` each; raises Problem for an `error` and for a cut stream. */
export async function* answerEvents(response) {
  for await (const { name, data } of serverSentEvents(response.body)) {
    const value = JSON.parse(data);
    if (name === "error") throw problemOf(value.status, value);
    yield { name, value };
    if (name === "done") return;
  }
  throw new Problem(0, BROKEN);
}

/** Server-sent events out of bytes that may be cut anywhere, also inside of a letter or between "\r" and "\n". */
export async function* serverSentEvents(body) {
  let name = "message";
  let data = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { name, data: data.join("\n") };
      name = "message";
      data = [];
    } else if (!line.startsWith(":")) {
      const [field, value] = fieldOf(line);
      if (field === "event") name = value;
      if (field === "data") data.push(value);
    }
  }
}

function fieldOf(line) {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}

async function* lines(body) {
  let rest = "";
  for await (const text of texts(body)) {
    rest += text;
    const complete = rest.split(/\r\n|\n|\r(?!$)/); // a last "\r" may yet be followed by its "\n"
    rest = complete.pop();
    yield* complete;
  }
}

async function* texts(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      yield decoder.decode(piece.value, { stream: true });
    }
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(0, BROKEN);
  } finally {
    reader.cancel().catch(() => {}); // whoever stops listening ends the work
  }
}
