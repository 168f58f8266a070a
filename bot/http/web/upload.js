import { address, Problem, problemOf, UNREACHED } from "./api.js";

/** Puts a file at the address of a document; `onProgress` is told the share of it that has left, 0 to 1. */
export function upload(path, file, onProgress) {
  const sent = new XMLHttpRequest(); // fetch does not tell how much has left
  return new Promise((resolve, reject) => {
    sent.open("PUT", address(path));
    sent.responseType = "json";
    sent.setRequestHeader("Accept", "application/json");
    sent.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    sent.onload = () =>
      sent.status < 300
        ? resolve(sent.response)
        : reject(problemOf(sent.status, sent.response, sent.getResponseHeader("Retry-After")));
    sent.onerror = () => reject(new Problem(0, UNREACHED));
    sent.send(file);
  });
}

/** The address of a document that does not have one yet. Browsers would resolve `..` and the like away. */
export function pathOf(id) {
  const parts = id.split("/");
  const isFoldable = parts.some((part) => part === "" || part === "." || part === "..");
  return `/documents/${isFoldable ? encodeURIComponent(id) : parts.map(encodeURIComponent).join("/")}`;
}
