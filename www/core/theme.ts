/** Light or dark: set before the first paint, automatic until a person chooses, remembered on this device. */

type Theme = "auto" | "light" | "dark";

const KEY = "glimpse-theme";
const ORDER: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const NAMES: Record<Theme, string> = { auto: "like your system", light: "light", dark: "dark" };

/** The colours of the browser's own bar, for light and for dark, and the media query by which each is taken by default. */
const bars = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')].map(
  (meta) => ({ meta, automatic: meta.media }),
);

let theme = remembered();
show();
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("theme")?.addEventListener("click", () => {
    theme = ORDER[theme];
    remember();
    show();
  });
  show();
});

function show(): void {
  document.documentElement.dataset["theme"] = theme;
  for (const { meta, automatic } of bars)
    meta.media = theme === "auto" ? automatic : automatic.includes(theme) ? "all" : "not all";
  const button = document.getElementById("theme");
  button?.setAttribute("aria-label", `Colours: ${NAMES[theme]}. Change`);
  if (button) button.title = `Colours: ${NAMES[theme]}`;
}

function remembered(): Theme {
  try {
    const kept = localStorage.getItem(KEY) ?? "auto";
    return kept in ORDER ? (kept as Theme) : "auto";
  } catch {
    return "auto"; // storage is switched off: the choice lasts as long as the page
  }
}

function remember(): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return; // as above
  }
}
