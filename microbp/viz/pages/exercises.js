// The page of exercises: a card for each, with an answer, hints, and what the grader says.
import { Grader } from "./grading.js";
import { Unreadable } from "./reading.js";

export function start() {
  const { rules, tasks } = JSON.parse(document.getElementById("data").textContent);
  const score = { asked: 0, right: 0, of: tasks.length };
  const cards = tasks.map((task, n) => card(task, n, rules, score));
  document.getElementById("tasks").append(...cards);
  show(score);
}

function show({ asked, right, of }) {
  document.getElementById("score").textContent = asked ? `${right} of ${asked} right at the first try, ${of} in all` : `${of} exercises`;
}

function card(task, n, rules, score) {
  const article = document.getElementById("card").content.firstElementChild.cloneNode(true);
  const part = (selector) => article.querySelector(selector);
  const grader = new Grader(task, rules), input = part("input"), verdict = part(".verdict");
  let counted = false, hints = 0;

  part("h2").textContent = `Exercise ${n + 1}`;
  part(".question").innerHTML = task.question;
  input.placeholder = task.placeholder;
  input.setAttribute("aria-label", `Answer to exercise ${n + 1}`);
  if (task.form === "choice") choices(article, task, n);

  const count = (right) => {
    if (counted) return;
    counted = true;
    score.asked += 1;
    score.right += right;
    show(score);
  };
  const tell = (title, text) => {
    const told = document.createElement("div"), heading = document.createElement("h3");
    heading.textContent = title;
    told.innerHTML = text;
    told.prepend(heading);
    part(".hints").append(told);
  };
  const say = (kind, text) => {
    verdict.className = `verdict ${kind}`;
    verdict.textContent = text;
  };

  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    try {
      const { right, text } = grader.grade(answered(article, task));
      say(right ? "right" : "wrong", `${right ? "✓" : "✗"} ${text}`);
      article.classList.toggle("right", right);
      count(right);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      say("", error.message);
    }
  });
  part(".hint").addEventListener("click", () => {
    tell(`Hint ${hints + 1}`, task.hints[hints]);
    hints += 1;
    count(false);
    part(".hint").disabled = hints === task.hints.length;
  });
  part(".solve").addEventListener("click", () => {
    tell("Solution", task.solution);
    count(false);
    part(".solve").disabled = part(".hint").disabled = true;
  });
  return article;
}

function choices(article, task, n) {
  const list = article.querySelector(".choices");
  list.hidden = false;
  article.querySelector(".typed").hidden = true;
  const several = task.key.length > 1 || /all|which of them/.test(task.question);
  task.choices.forEach((text, k) => {
    const label = document.createElement("label"), box = document.createElement("input"), told = document.createElement("span");
    Object.assign(box, { type: several ? "checkbox" : "radio", name: `choice-${n}`, value: String.fromCharCode(65 + k) });
    told.innerHTML = text;
    label.append(box, told);
    list.append(label);
  });
}

function answered(article, task) {
  if (task.form !== "choice") return article.querySelector("input[type=text]").value;
  return [...article.querySelectorAll("fieldset input:checked")].map((box) => box.value).join("");
}
