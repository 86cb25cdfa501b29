// Draws each chart from its table. Colours are those of the page; where no script runs, the tables are there.

const HEIGHT = 200;
const HALF_A_DAY = 43200;
const WIDEST_BAR = 26;
const COLOURS = ["--chart-1", "--chart-2", "--chart-3"];
const UTC_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function read(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")];
  const columns = [...figure.querySelectorAll("thead th")].slice(1).map((head) => head.textContent);
  const cells = rows.map((row) => [...row.querySelectorAll("td")]);
  return {
    columns,
    at: rows.map((row) => Number(row.dataset.at)),
    values: columns.map((_, n) => cells.map((row) => (row[n].dataset.value === "" ? null : Number(row[n].dataset.value)))),
    shown: columns.map((_, n) => cells.map((row) => row[n].textContent)),
  };
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function onAxis(value, unit) {
  const short = value >= 1000 ? `${value / 1000}k` : String(value);
  return unit === "$" ? `$${short}` : unit ? `${short} ${unit}` : short;
}

function series(table, kind) {
  const lines = table.columns.map((label, n) => ({
    label,
    stroke: colour(COLOURS[n]),
    width: kind === "lines" ? 2 : 0,
    fill: kind === "bars" ? colour(COLOURS[n]) : undefined,
    paths: kind === "bars" ? uPlot.paths.bars({ size: [0.7, WIDEST_BAR], radius: 0.15 }) : undefined,
    points: { show: kind === "lines", size: 6, fill: colour(COLOURS[n]) },
    value: (_, value, __, index) => (index === null ? "—" : table.shown[n][index]),
  }));
  return [{ label: "Day", value: (_, at) => (at === null ? "—" : UTC_DAY.format(at * 1000)) }, ...lines];
}

function axes(unit) {
  const common = { stroke: colour("--faint"), ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const grid = { stroke: colour("--line"), width: 1 };
  return [
    { ...common, grid: { show: false }, size: 26, space: 70, values: (_, days) => days.map((at) => UTC_DAY.format(at * 1000)) },
    { ...common, grid, size: 56, space: 26, values: (_, values) => values.map((value) => onAxis(value, unit)) },
  ];
}

// The legend tells of the newest day, unless somebody points at another.
function tellNewest(plot) {
  plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

function draw(figure) {
  const place = figure.querySelector(".drawing");
  if (!place) return;
  const table = read(figure);
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    scales: {
      x: { range: (_, first, last) => [first - HALF_A_DAY, last + HALF_A_DAY] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    series: series(table, figure.dataset.kind),
    axes: axes(figure.dataset.unit),
    cursor: { drag: { x: false, y: false }, y: false },
    hooks: { ready: [tellNewest], setCursor: [(plot) => plot.cursor.idx === null && tellNewest(plot)] },
  };
  place.replaceChildren();
  figure.drawn = new uPlot(options, [table.at, ...table.values], place);
}

const figures = [...document.querySelectorAll("figure.chart")];
const drawAll = () => figures.forEach(draw);
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.closest("figure").drawn?.setSize({ width: target.clientWidth, height: HEIGHT });
  }
});
document.querySelectorAll(".drawing").forEach((place) => sizes.observe(place));
