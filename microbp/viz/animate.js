"use strict";
// Play, pause and scrub; the film itself is SMIL, driven by the clock of its SVG element.
(() => {
  const $ = (id) => document.getElementById(id);
  const svg = document.querySelector("#stage svg"), end = Number($("scrub").max);
  let playing = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function seek(time) {
    svg.setCurrentTime(Math.min(time, end));
    $("scrub").value = time;
  }
  function play(on) {
    playing = on;
    if (on && svg.getCurrentTime() >= end) seek(0);
    if (on) svg.unpauseAnimations();
    else svg.pauseAnimations();
    $("play").textContent = on ? "Pause" : "Play";
    if (on) requestAnimationFrame(follow);
  }
  function follow() {
    if (!playing) return;
    $("scrub").value = svg.getCurrentTime();
    if (svg.getCurrentTime() >= end) play(false);
    else requestAnimationFrame(follow);
  }

  $("play").addEventListener("click", () => play(!playing));
  $("scrub").addEventListener("input", (event) => { play(false); seek(Number(event.target.value)); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    play(!playing);
  });
  $("controls").hidden = false;
  play(playing);
  if (!playing) seek(end);
})();
