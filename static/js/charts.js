// Draws each chart from the data beside it. Without it, the table below the chart says the same.
(() => {
  "use strict";
  if (!window.echarts) return;

  const tokens = getComputedStyle(document.documentElement);
  const colour = (name) => tokens.getPropertyValue(`--${name}`).trim();
  const font = tokens.getPropertyValue("--font").trim();
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";

  const LOOKS = {
    reached: { color: colour("blue"), width: 3, type: "solid" },
    before: { color: colour("chart-before"), width: 2, type: "solid" },
    pace: { color: colour("chart-pace"), width: 2, type: "dashed" },
    target: { color: colour("green"), width: 2, type: "dotted" },
    floor: { color: colour("red"), width: 2, type: "dashed" },
  };
  const ROW_HEIGHT = 26;

  const number = (value) =>
    value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const short = (value) => value.toLocaleString("en");

  // What a category holds, in the words of the table.
  const told = (data, place) => {
    const unit = data.unit === "%" ? "%" : ` ${data.unit}`;
    const lines = data.series
      .filter((one) => one.values[place] !== null)
      .map((one) => `${one.name}  ${number(one.values[place])}${unit}`);
    return [data.categories[place], ...lines].join("\n");
  };

  const shared = (data) => ({
    animation: !isStill,
    animationDuration: 300,
    textStyle: { fontFamily: font },
    aria: { enabled: true, decal: { show: false }, label: { description: data.title } },
    tooltip: {
      trigger: "axis",
      // Drawn on the canvas: a box of html would need inline styles, which the policy forbids.
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("paper"),
      borderColor: colour("line-strong"),
      textStyle: { color: colour("ink"), fontSize: 13 },
      axisPointer: { type: data.kind === "bars" ? "shadow" : "line" },
      formatter: (items) => told(data, items[0].dataIndex),
    },
  });

  const label = { color: colour("ink-soft"), fontSize: 12 };
  const values = {
    type: "value",
    axisLabel: { ...label, formatter: short },
    splitLine: { lineStyle: { color: colour("line") } },
  };

  const line = (one) => {
    const look = LOOKS[one.role];
    return {
      type: "line",
      name: one.name,
      data: one.values,
      symbol: one.role === "reached" ? "circle" : "none",
      symbolSize: 6,
      itemStyle: { color: look.color },
      lineStyle: look,
      z: one.role === "reached" ? 4 : 3,
    };
  };

  const lines = (data) => ({
    ...shared(data),
    grid: { left: 8, right: 20, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: data.categories,
      axisLabel: label,
      axisLine: { lineStyle: { color: colour("line-strong") } },
      axisTick: { show: false },
    },
    yAxis: values,
    series: data.series.map(line),
  });

  // A line across all bars: the pace, or the floor.
  const bound = (one) => ({
    xAxis: one.values[0],
    lineStyle: LOOKS[one.role],
    label: {
      position: "start",
      formatter: `${number(one.values[0])}%`,
      color: LOOKS[one.role].color,
      fontSize: 12,
    },
  });

  const places = { type: "category", inverse: true, axisTick: { show: false } };

  const bars = (data) => {
    const [shown, ...bounds] = data.series;
    return {
      ...shared(data),
      grid: { left: 8, right: 8, top: 20, bottom: 4, containLabel: true },
      xAxis: { ...values, min: 0, axisLabel: { ...label, hideOverlap: true, formatter: "{value}%" }, splitNumber: 4 },
      yAxis: [
        {
          ...places,
          data: data.categories,
          axisLabel: { ...label, interval: 0, width: 112, overflow: "truncate" },
          axisLine: { lineStyle: { color: colour("line-strong") } },
        },
        // The numbers stand in a column of their own, where no line crosses them.
        {
          ...places,
          data: shown.values.map((value) => (value === null ? "—" : `${number(value)}%`)),
          axisLabel: { ...label, interval: 0, color: colour("ink") },
          axisLine: { show: false },
        },
      ],
      series: [
        {
          type: "bar",
          name: shown.name,
          data: shown.values,
          barMaxWidth: 14,
          itemStyle: { color: colour("chart-bar"), borderRadius: [0, 3, 3, 0] },
          markLine: {
            silent: true,
            symbol: "none",
            animation: false,
            data: bounds.filter((one) => one.values.length).map(bound),
          },
        },
      ],
    };
  };

  const drawn = [];
  for (const figure of document.querySelectorAll("[data-chart]")) {
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const canvas = figure.querySelector("[data-canvas]");
    figure.classList.add("is-drawn");
    if (data.kind === "bars") canvas.style.height = `${data.categories.length * ROW_HEIGHT + 52}px`;
    const chart = window.echarts.init(canvas, null, { renderer: "canvas", locale });
    chart.setOption(data.kind === "bars" ? bars(data) : lines(data));
    drawn.push(chart);
  }
  window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
})();
