"use strict";
(() => {
  const root = document.documentElement;
  const { splits, words } = JSON.parse(document.getElementById("figures").textContent);
  const drawn = new Map();

  const remembered = (name, otherwise) => {
    try { return localStorage.getItem("report-" + name) || otherwise; } catch { return otherwise; }
  };
  const remember = (name, value) => {
    try { localStorage.setItem("report-" + name, value); } catch { /* a file may have no storage */ }
  };
  const word = (key) => words[key][root.dataset.lang === "zh" ? 0 : 1];
  const token = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const percent = (value) => value.toFixed(1) + " %";

  const axis = (name, max, gap) => ({
    type: "value", min: 0, max, name, nameLocation: "middle", nameGap: gap,
    nameTextStyle: { color: token("ink-2"), fontSize: 14 },
    axisLabel: { color: token("ink-3"), fontSize: 13, formatter: "{value} %" },
    axisLine: { show: true, lineStyle: { color: token("line") } },
    splitLine: { lineStyle: { color: token("line") } },
  });

  const base = (title, x, y) => ({
    animation: false, aria: { enabled: true, label: { description: title } },
    color: [token("c1"), token("c2")], textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 72, right: 20, top: 40, bottom: 56 },
    legend: { top: 0, left: 0, itemGap: 24, textStyle: { color: token("ink"), fontSize: 14, fontFamily: getComputedStyle(document.body).fontFamily } },
    tooltip: {
      trigger: "item", backgroundColor: token("raised"), borderColor: token("line"),
      textStyle: { color: token("ink"), fontSize: 14 },
    },
    xAxis: x, yAxis: y,
  });

  const tasks = [["grades", "task_grades", "circle"], ["forms", "task_forms", "diamond"]];

  const reliability = (split) => ({
    ...base(word("reliability"), axis(word("confidence"), 100, 32), axis(word("right"), 100, 48)),
    series: [
      ...tasks.map(([key, name, symbol]) => {
        const bins = split[key].reliability.filter((bin) => bin.count >= 5);
        const most = Math.max(...bins.map((bin) => bin.count));
        return {
          name: word(name), type: "line", symbol, lineStyle: { width: 2 },
          data: bins.map((bin) => [bin.confidence_bp / 100, bin.right_bp / 100, bin.count]),
          symbolSize: (value) => 6 + 14 * Math.sqrt(value[2] / most),
          tooltip: { formatter: ({ seriesName, value }) =>
            `${seriesName}<br>${word("confidence")} ${percent(value[0])} · ${word("right")} ${percent(value[1])}<br>${value[2]} ${word("pictures")}` },
        };
      }),
      { name: word("honest"), type: "line", data: [[0, 0], [100, 100]], symbol: "none", silent: true,
        lineStyle: { color: token("ink-3"), type: "dashed", width: 1 }, itemStyle: { color: token("ink-3") } },
    ],
  });

  const risk = (split) => ({
    ...base(word("risk"), axis(word("answered"), 100, 32), axis(word("wrong"), undefined, 48)),
    series: tasks.map(([key, name]) => ({
      name: word(name), type: "line", symbol: "none", lineStyle: { width: 2 },
      data: split[key].curve.map(([covered, wrong]) => [covered / 100, wrong / 100]),
      markLine: { symbol: "none", silent: true, data: [{ xAxis: 80 }],
        lineStyle: { color: token("ink-3"), type: "dotted" }, label: { show: false } },
    })),
    tooltip: {
      trigger: "axis", backgroundColor: token("raised"), borderColor: token("line"),
      textStyle: { color: token("ink"), fontSize: 14 },
      formatter: (rows) => `${word("answered")} ${percent(rows[0].value[0])}<br>` +
        rows.map((row) => `${row.marker}${row.seriesName}: ${percent(row.value[1])} ${word("wrong")}`).join("<br>"),
    },
  });

  const kinds = { reliability, risk };

  function draw() {
    for (const place of document.querySelectorAll("[data-chart]")) {
      drawn.get(place)?.dispose();
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption(kinds[place.dataset.chart](splits[Number(place.dataset.split)]));
      drawn.set(place, chart);
    }
  }

  function show(lang, theme) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    root.dataset.theme = theme;
    draw();
  }

  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  let lang = remembered("lang", navigator.language.startsWith("zh") ? "zh" : "en");
  let theme = remembered("theme", system);
  show(lang, theme);
  document.querySelector("[data-switch=lang]").addEventListener("click", () => {
    lang = lang === "zh" ? "en" : "zh";
    remember("lang", lang);
    show(lang, theme);
  });
  document.querySelector("[data-switch=theme]").addEventListener("click", () => {
    theme = theme === "dark" ? "light" : "dark";
    remember("theme", theme);
    show(lang, theme);
  });
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
})();
