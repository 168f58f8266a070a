import { icon } from "./element.js";

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** Makes `button` switch between light and dark; what was chosen is remembered, see theme.js. */
export function offerThemes(button) {
  const show = () => {
    button.replaceChildren(icon(isDark() ? "sun" : "moon"));
    button.setAttribute("aria-label", isDark() ? "Light theme" : "Dark theme");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    choose(isDark() ? "light" : "dark");
    show();
  });
  DARK.addEventListener("change", show);
  show();
  button.hidden = false;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : DARK.matches;
}

function choose(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("footnote-theme", theme);
  } catch {
    // It holds for this page, then.
  }
}
