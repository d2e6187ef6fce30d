// Starts the components that need a script. Every page works without it.
const { initAll } = await import(document.getElementById("govuk-frontend").href);
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A sideways-scrolling box is a stop for the keyboard only while there is something to scroll to.
const boxes = document.querySelectorAll(".slip-scroll, .slip-chart__fallback");
const setStops = () => {
  for (const box of boxes) {
    if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
};
const watcher = new ResizeObserver(setStops);
for (const box of boxes) watcher.observe(box);
