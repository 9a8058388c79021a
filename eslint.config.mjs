// The scripts of the pages run in a browser, under a policy without eval.
const browser = ["document", "window", "matchMedia", "requestAnimationFrame", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];

export default [{
  files: ["microbp/**/*.js"],
  languageOptions: { sourceType: "script", globals: Object.fromEntries(browser.map((name) => [name, "readonly"])) },
  rules: {
    "no-undef": "error", "no-unused-vars": "error", "no-implicit-globals": "error", "no-eval": "error",
    "no-implied-eval": "error", "no-new-func": "error", "prefer-const": "error", "no-var": "error", eqeqeq: "error",
  },
}];
