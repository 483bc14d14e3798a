// Before the first paint: the theme that was chosen, so that the page does not flash in the other one.
try {
  const theme = localStorage.getItem("tribook.theme");
  if (theme === '"light"' || theme === '"dark"') {
    document.documentElement.dataset.theme = JSON.parse(theme);
  }
} catch {
  // Without storage the system's theme holds.
}
