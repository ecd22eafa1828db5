"use strict";
(() => {
  const form = document.getElementById("filter");
  const articles = [...document.querySelectorAll("article")];
  const found = articles.map((article) =>
    (article.dataset.found ? article.dataset.found.split(" ") : []).map((one) => one.split("/")));
  const apply = () => {
    const wanted = ["transform", "applicability", "status"].map((name) => form.elements[name].value);
    const fits = (one) => wanted.every((value, place) => value === "" || one[place] === value);
    const all = wanted.every((value) => value === "");
    let shown = 0;
    articles.forEach((article, place) => {
      article.hidden = !all && !found[place].some(fits);
      shown += article.hidden ? 0 : 1;
    });
    for (const section of document.querySelectorAll("main > section")) {
      section.hidden = !all && section.querySelector("article:not([hidden])") === null;
    }
    form.querySelector("output").value = shown + " of " + articles.length + " shown";
  };
  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
