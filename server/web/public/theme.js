// Before the first paint: the theme the user has chosen, else the system's.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("flowlet.theme");
  } catch {
    // A browser that keeps nothing.
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
