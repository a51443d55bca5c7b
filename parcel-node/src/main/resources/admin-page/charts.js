// Moving charts of the last five minutes (uPlot draws them), which arrow keys can read point by point.

import { clock, NONE } from './text.js';

const WINDOW_S = 300;
const HEIGHT_MIN = 100;

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Minutes before now, so that the labels stand still while the lines move. */
function ago(chart, splits) {
  const end = chart.scales.x.max;
  return splits.map((at) => (at === end ? 'now' : Math.round((end - at) / 60) + '\u00a0min'));
}

export class Chart {
  /**
   * @param plot the element that is drawn in
   * @param series for each line its name, CSS variable and whether it stands in the background
   * @param axisText a value as the axis shows it, of the largest value shown
   * @param pointText a moment's values in words
   * @param minTop where the axis ends at least
   */
  constructor(plot, series, axisText, pointText, minTop) {
    this.plot = plot;
    this.series = series;
    this.axisText = axisText;
    this.pointText = pointText;
    this.minTop = minTop;
    this.moments = [];
    this.chart = null;
    this.readout = null;
    plot.addEventListener('keydown', (event) => this.onKey(event));
    plot.addEventListener('blur', () => this.point(null));
    new ResizeObserver(() => this.resize()).observe(plot);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.build());
    this.build();
  }

  build() {
    this.chart?.destroy();
    const ink = color('--muted');
    const grid = { stroke: color('--faint'), width: 1 };
    const axis = { stroke: ink, font: '11px system-ui, "DejaVu Sans", sans-serif', grid, ticks: { show: false } };
    this.chart = new uPlot(
      {
        ...this.size(),
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: {
          x: { range: (chart, from, to) => [to - WINDOW_S, to] },
          y: { range: (chart, from, to) => [0, Math.max(this.minTop, (to ?? 0) * 1.12)] },
        },
        axes: [
          { ...axis, size: 24, splits: (chart, index, from, to) => [240, 180, 120, 60, 0].map((s) => to - s), values: ago },
          { ...axis, size: 44, gap: 4, splits: this.ySplits, values: (chart, splits) => splits.map((v) => this.axisText(v, chart.scales.y.max)) },
        ],
        series: [
          {},
          ...this.series.map((line) => ({
            stroke: color(line.color),
            width: line.background ? 1 : 2,
            dash: line.background ? [4, 4] : undefined,
            fill: line.background ? undefined : color(line.color) + '1f',
            points: { show: false, size: 5, filter: (chart, index) => this.lonely(line.name) },
            spanGaps: false,
          })),
        ],
        hooks: { setCursor: [(chart) => this.onCursor(chart.cursor.idx)] },
      },
      this.data(),
      this.plot,
    );
  }

  /** Seconds with nothing beside them make no line: they are drawn as points. */
  lonely(name) {
    const at = (index) => this.moments[index]?.[name] ?? null;
    const found = [...this.moments.keys()].filter((i) => at(i) !== null && at(i - 1) === null && at(i + 1) === null);
    return found.length > 0 ? found : null;
  }

  /** Three lines at round numbers. */
  ySplits(chart, index, from, to) {
    const step = to / 3;
    const magnitude = 10 ** Math.floor(Math.log10(step));
    const nice = [1, 2, 2.5, 5, 10].map((f) => f * magnitude).find((f) => f >= step * 0.8);
    const splits = [];
    for (let at = 0; at <= to; at += nice) {
      splits.push(at);
    }
    return splits;
  }

  size() {
    return { width: this.plot.clientWidth, height: Math.max(HEIGHT_MIN, this.plot.clientHeight) };
  }

  resize() {
    this.chart.setSize(this.size());
  }

  data() {
    return [this.moments.map((m) => m.at / 1000), ...this.series.map((line) => this.moments.map((m) => m[line.name]))];
  }

  /** @param moments the oldest first */
  show(moments) {
    const held = this.held === undefined || this.held === null ? null : this.moments[this.held]?.at;
    this.moments = moments;
    this.chart.setData(this.data());
    if (held) {
      this.point(this.moments.findIndex((m) => m.at === held));
    }
  }

  onKey(event) {
    const last = this.moments.length - 1;
    const at = this.held ?? last + 1;
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') {
      this.point(null);
    } else if (target !== undefined && last >= 0) {
      event.preventDefault();
      this.point(Math.max(0, Math.min(last, target)));
    }
  }

  point(index) {
    this.held = index === null || index < 0 ? null : index;
    const left = this.held === null ? -10 : this.chart.valToPos(this.moments[this.held].at / 1000, 'x');
    this.chart.setCursor({ left, top: 0 });
    if (this.held !== null) {
      document.getElementById('readout').textContent = this.words(this.moments[this.held]);
    }
  }

  onCursor(index) {
    const moment = index === null || index === undefined ? null : this.moments[index];
    this.onRead?.(moment ? this.words(moment) : null);
  }

  words(moment) {
    return clock(moment.at, moment.at) + ': ' + (this.pointText(moment) ?? NONE);
  }
}
