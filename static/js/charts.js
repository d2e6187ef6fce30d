// Draws each <figure class="slip-chart"> with Plotly once it comes near the screen. The table and the sentence stay;
// the drawing made on the server is shown until then, and for good where anything here fails.

const CONFIG = { showSendToCloud: false, plotlyServerURL: "", displaylogo: false, displayModeBar: false };
// With less room than this, in letters' heights, the server's drawing, which scrolls in its box, is easier to read.
const NARROWEST = 18;

let library;

// Plotly is not a module: it is a script that sets one global. All figures of a page share one request.
function plotly(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("The chart library could not be loaded."));
    document.head.append(script);
  });
  return library;
}

// A custom property's colour as Plotly understands it: with forced colours it is a system colour, which only the
// browser can turn into numbers.
function colours(canvas) {
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none";
  canvas.append(probe);
  const found = new Map();
  return {
    of(name) {
      if (!found.has(name)) {
        probe.style.color = `var(${name})`;
        found.set(name, getComputedStyle(probe).color);
      }
      return found.get(name);
    },
    done: () => probe.remove(),
  };
}

// "var(--slip-own)" anywhere in a figure becomes the page's own colour.
function resolved(value, css) {
  if (typeof value === "string") {
    const name = /^var\((--[\w-]+)\)$/.exec(value);
    return name ? css.of(name[1]) : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolved(item, css));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, css)]));
  return value;
}

function axis(own, css, extra) {
  return {
    gridcolor: css.of("--slip-grid"),
    linecolor: css.of("--slip-line"),
    zerolinecolor: css.of("--slip-line"),
    automargin: true,
    fixedrange: true,
    tickangle: 0,
    ...extra,
    ...own,
  };
}

// About as wide as the longest of some words, in pixels.
function widthOf(words, size) {
  return Math.max(...words.map((text) => text.length)) * size * 0.55;
}

// Of the periods on a time axis, as many as have room, counted back from the newest, which always has its label.
function thinned(own, width, size) {
  const { tickvals, ticktext } = own;
  const days = tickvals.map((day) => Date.parse(day));
  const span = days.at(-1) - days[0] || 1;
  // The scale takes some four letters' heights of the width, the space at both ends a tenth of the rest.
  const line = Math.max(1, (width - 4 * size) * 0.9);
  const room = (widthOf(ticktext, size) + size) / line;
  const kept = [];
  for (let index = days.length - 1; index >= 0; index -= 1)
    if (kept.length === 0 || (days[kept.at(-1)] - days[index]) / span >= room) kept.push(index);
  kept.reverse();
  return { ...own, tickvals: kept.map((index) => tickvals[index]), ticktext: kept.map((index) => ticktext[index]) };
}

// Names beside bars have two fifths of the width; longer ones are cut, and are whole in the table and when pointed at.
function shortened(own, width, size) {
  const most = Math.max(8, Math.floor((width * 0.4) / (size * 0.55)));
  const ticktext = own.ticktext.map((name) => (name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name));
  return { ...own, ticktext };
}

function layoutOf(own, css, canvas) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const width = canvas.clientWidth;
  const ink = css.of("--slip-ink");
  // Heights and margins are given for letters of 16 pixels.
  const scaled = Object.fromEntries(Object.entries(own.margin ?? {}).map(([side, room]) => [side, (room * size) / 16]));
  const layout = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    colorway: [1, 2, 3, 4, 5, 6].map((number) => css.of(`--slip-series-${number}`)),
    hovermode: "closest",
    dragmode: false,
    ...own,
    width,
    height: canvas.clientHeight,
    margin: { l: 8, r: 8, t: 16, b: 8, ...scaled },
    font: { family: getComputedStyle(canvas).fontFamily, size, color: ink, ...own.font },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", ...own.legend },
    hoverlabel: { bgcolor: css.of("--slip-canvas"), bordercolor: ink, font: { color: ink, size }, ...own.hoverlabel },
  };
  for (const key of new Set(["xaxis", "yaxis", ...Object.keys(own).filter((name) => /^[xy]axis\d*$/.test(name))]))
    layout[key] = axis(own[key], css, key.startsWith("x") ? { showgrid: false } : {});
  if (layout.xaxis.type === "date" && layout.xaxis.ticktext) {
    // Plotly would hide a label that reaches over the edge: the newest needs half its length beside it.
    const longest = widthOf(layout.xaxis.ticktext, size);
    layout.margin.r = longest / 2;
    layout.xaxis = thinned(layout.xaxis, width - longest / 2, size);
  }
  if (layout.yaxis.type === "category" && layout.yaxis.ticktext) layout.yaxis = shortened(layout.yaxis, width, size);
  return layout;
}

function show(figure, drawn) {
  figure.querySelector(".slip-chart__canvas").hidden = !drawn;
  figure.querySelector(".slip-chart__fallback").hidden = drawn;
}

async function draw(figure) {
  const canvas = figure.querySelector(".slip-chart__canvas");
  const data = figure.querySelector('script[type="application/json"]');
  if (!canvas || !data) return;
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (figure.clientWidth / size < NARROWEST) {
    show(figure, false);
    return;
  }
  const Plotly = await plotly(figure.dataset.plotly);
  show(figure, true);
  const css = colours(canvas);
  try {
    const plain = resolved(JSON.parse(data.textContent), css);
    const own = plain.layout ?? {};
    if (own.height) canvas.style.setProperty("height", `${own.height / 16}rem`);
    await Plotly.react(canvas, plain.data, layoutOf(own, css, canvas), CONFIG);
    figure.dataset.drawn = "true";
  } catch (error) {
    show(figure, false);
    delete figure.dataset.drawn;
    console.error(error);
  } finally {
    css.done();
  }
}

const figures = [...document.querySelectorAll(".slip-chart[data-plotly]")];

if (figures.length > 0) {
  const near = new Set();
  let printing = false;
  const redraw = (figure) => draw(figure).catch((error) => console.error(error));
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) {
          watcher.unobserve(entry.target);
          near.add(entry.target);
          redraw(entry.target);
        }
    },
    { rootMargin: "200px" },
  );
  // Labels that fitted one width do not fit another, nor those of one letter size another.
  const sizes = new Map();
  const resizer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const now = `${target.clientWidth} ${getComputedStyle(document.documentElement).fontSize}`;
      const before = sizes.get(target);
      sizes.set(target, now);
      if (before !== undefined && before !== now && near.has(target) && !printing) redraw(target);
    }
  });
  for (const figure of figures) {
    watcher.observe(figure);
    resizer.observe(figure);
  }
  window.matchMedia("(forced-colors: active)").addEventListener("change", () => near.forEach(redraw));

  // On paper there is no hovering: the server's drawing is sharp at any size and needs no waiting for.
  const swap = (toPaper) => {
    printing = toPaper;
    for (const figure of figures) if (figure.dataset.drawn) show(figure, !toPaper);
  };
  window.addEventListener("beforeprint", () => swap(true));
  window.addEventListener("afterprint", () => swap(false));
}
