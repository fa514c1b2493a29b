// Before the first paint, so that a dark screen never flashes white. A file of its own: the policy forbids inline scripts.
(() => {
  const kept = localStorage.getItem("zhidu.theme");
  const dark = kept === '"dark"' || (kept !== '"light"' && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
