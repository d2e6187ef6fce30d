// Draws each <figure class="slip-chart"> with Plotly once it comes near the screen. The table and the sentence stay;
// the drawing made on the server is shown until then, and for good where anything here fails.

const CONFIG = { showSendToCloud: false, plotlyServerURL: "", displaylogo: false, displayModeBar: false, responsive: true };

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

// "var(--slip-own)" anywhere in a figure becomes the page's own colour.
function resolved(value, css) {
  if (typeof value === "string") {
    const name = /^var\((--[\w-]+)\)$/.exec(value);
    return name ? css.getPropertyValue(name[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolved(item, css));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, css)]));
  return value;
}

function axis(own, css, extra) {
  return {
    gridcolor: css.getPropertyValue("--slip-neutral-tint").trim(),
    linecolor: css.getPropertyValue("--slip-line").trim(),
    zerolinecolor: css.getPropertyValue("--slip-line").trim(),
    automargin: true,
    fixedrange: true,
    ...extra,
    ...own,
  };
}

function layoutOf(own, css, canvas) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const ink = css.getPropertyValue("--slip-ink").trim();
  const layout = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    colorway: [1, 2, 3, 4, 5, 6].map((number) => css.getPropertyValue(`--slip-series-${number}`).trim()),
    margin: { l: 8, r: 8, t: 16, b: 8 },
    hovermode: "closest",
    dragmode: false,
    ...own,
    font: { family: getComputedStyle(canvas).fontFamily, size, color: ink, ...own.font },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", ...own.legend },
    hoverlabel: { bgcolor: "#fff", bordercolor: ink, font: { color: ink, size }, ...own.hoverlabel },
  };
  for (const key of new Set(["xaxis", "yaxis", ...Object.keys(own).filter((name) => /^[xy]axis\d*$/.test(name))]))
    layout[key] = axis(own[key], css, key.startsWith("x") ? { showgrid: false } : {});
  return layout;
}

async function draw(figure) {
  const canvas = figure.querySelector(".slip-chart__canvas");
  const fallback = figure.querySelector(".slip-chart__fallback");
  const data = figure.querySelector('script[type="application/json"]');
  if (!canvas || !data) return;
  const Plotly = await plotly(figure.dataset.plotly);
  const css = getComputedStyle(document.documentElement);
  const plain = resolved(JSON.parse(data.textContent), css);
  canvas.hidden = false;
  try {
    if (plain.layout?.height) canvas.style.setProperty("height", `${plain.layout.height}px`);
    await Plotly.newPlot(canvas, plain.data, layoutOf(plain.layout ?? {}, css, canvas), CONFIG);
    fallback.hidden = true;
    figure.dataset.drawn = "true";
  } catch (error) {
    canvas.hidden = true;
    fallback.hidden = false;
    console.error(error);
  }
}

const figures = [...document.querySelectorAll(".slip-chart[data-plotly]")];

if (figures.length > 0) {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) {
          watcher.unobserve(entry.target);
          draw(entry.target).catch((error) => console.error(error));
        }
    },
    { rootMargin: "200px" },
  );
  for (const figure of figures) watcher.observe(figure);

  // On paper there is no hovering: the server's drawing is sharp at any size and needs no waiting for.
  const swap = (printing) => {
    for (const figure of figures)
      if (figure.dataset.drawn) {
        figure.querySelector(".slip-chart__canvas").hidden = printing;
        figure.querySelector(".slip-chart__fallback").hidden = !printing;
      }
  };
  window.addEventListener("beforeprint", () => swap(true));
  window.addEventListener("afterprint", () => swap(false));
}
