// The scripts of the pages run in a browser, under a policy without eval.
const browser = ["document", "window", "matchMedia", "requestAnimationFrame", "URLSearchParams", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];
const rules = {
  "no-undef": "error", "no-unused-vars": "error", "no-implicit-globals": "error", "no-eval": "error",
  "no-implied-eval": "error", "no-new-func": "error", "prefer-const": "error", "no-var": "error", eqeqeq: "error",
};
const globals = Object.fromEntries(browser.map((name) => [name, "readonly"]));

export default [
  { files: ["microbp/**/*.js"], languageOptions: { sourceType: "script", globals }, rules },
  { files: ["microbp/viz/pages/*.js", "microbp/viz/playground/*.js"], languageOptions: { sourceType: "module", globals } },
  // Every function of a row has all its parameters.
  { files: ["microbp/viz/pages/rows.js"], rules: { "no-unused-vars": ["error", { args: "none" }] } },
];
