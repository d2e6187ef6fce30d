// Fills static_built/ from pinned packages: `npm ci && npm run build`. Nothing in that folder is kept in git.
// With --tidy-lock it only takes funding addresses out of package-lock.json, so that the file names no host.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const packages = join(root, "node_modules");
const built = join(root, "static_built");

async function tidyLock() {
  const path = join(root, "package-lock.json");
  const lock = JSON.parse(await readFile(path, "utf8"));
  for (const entry of Object.values(lock.packages)) delete entry.funding;
  await writeFile(path, `${JSON.stringify(lock, null, 2)}\n`);
}

async function stylesheet() {
  const sass = await import("sass");
  const result = sass.compile(join(root, "static", "scss", "slip.scss"), {
    loadPaths: [packages],
    style: "compressed",
    quietDeps: true, // warnings inside govuk-frontend are its makers' to mend; our own still show
  });
  await writeFile(join(built, "slip.css"), result.css);
}

// Source maps are not shipped, and Django's manifest storage refuses a file that points at a missing one.
async function script(from, to) {
  const source = await readFile(join(packages, from), "utf8");
  await writeFile(join(built, to), source.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n"));
}

async function fonts() {
  const family = "atkinson-hyperlegible-next";
  const folder = join(packages, "@fontsource", family, "files");
  await mkdir(join(built, "fonts"));
  for (const subset of ["latin", "latin-ext"])
    for (const weight of [400, 700]) {
      const name = `${family}-${subset}-${weight}-normal.woff2`;
      await cp(join(folder, name), join(built, "fonts", name));
    }
}

if (process.argv.includes("--tidy-lock")) {
  await tidyLock();
} else {
  await rm(built, { recursive: true, force: true });
  await mkdir(built);
  await Promise.all([
    stylesheet(),
    script(join("govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), "govuk-frontend.min.js"),
    script(join("plotly.js-basic-dist-min", "plotly-basic.min.js"), "plotly-basic.min.js"),
    fonts(),
  ]);
}
