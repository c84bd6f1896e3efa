// <glimpse-classifier>: one line of HTML that classifies, its attributes, properties, events and states, and its part in a form.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { assertScores } from "./numbers.mjs";
import { root } from "./places.mjs";

const world = await withBrowser();
world.server.mount("/examples/", path.join(root, "www", "examples"));

/** Opens a page with the elements registered and `html` in its body; `expected` are problems that the page may report. */
async function onElement(html, use, expected = []) {
  await world.onPage(
    async (page) => {
      await page.evaluate(async (html) => {
        globalThis.elements = await import("/glimpse-clip/dist/elements/index.js");
        globalThis.heard = [];
        for (const type of ["progress", "scores", "error", "change", "labelschange"])
          document.addEventListener(
            type,
            (event) => heard.push({ type, detail: event.detail, bubbles: event.bubbles }),
            true,
          );
        /** The next event of a type on the element. */
        globalThis.next = (type, element = document.querySelector("glimpse-classifier")) =>
          new Promise((resolve) =>
            element.addEventListener(type, (event) => resolve(event.detail), { once: true }),
          );
        document.body.innerHTML = html;
      }, html);
      await use(page);
    },
    { expected },
  );
}

/** The element once it is in a state. */
const inState = (page, state) =>
  page.locator(`glimpse-classifier[state="${state}"]`).first().waitFor({ state: "attached" });

const line = `<glimpse-classifier id="one" src="/examples/dog.png" labels="dog, cat,a horse" device="cpu"
  template="a drawing of a {}" alt="A drawing of a dog"></glimpse-classifier>`;

test("one line of HTML fetches model and picture, and shows the classifier's own scores", async () => {
  await onElement(line, async (page) => {
    await inState(page, "ready");
    const seen = await page.evaluate(async () => {
      const element = document.querySelector("glimpse-classifier");
      const classifier = await harness.Classifier.create({ device: "cpu" });
      const expected = await classifier.classify(
        await harness.picture("/examples/dog.png"),
        ["dog", "cat", "a horse"],
        { hypothesisTemplate: "a drawing of a {}" },
      );
      await classifier.dispose();
      const { scores, value, labels, state, src, template, model } = element;
      return { scores, expected, value, labels, state, src, template, model, heard };
    });
    assertScores(seen.expected, ["dog", "cat", "a horse"]);
    assert.deepEqual(seen.scores, seen.expected);
    assert.equal(seen.value, "dog");
    assert.deepEqual(new Set(seen.labels), new Set(["dog", "cat", "a horse"]));
    assert.deepEqual(
      [seen.state, seen.src, seen.template, seen.model],
      ["ready", "/examples/dog.png", ["a drawing of a {}"], "auto"],
    );
    const of = (type) => seen.heard.filter((event) => event.type === type);
    assert.ok(of("progress").length > 0 && !of("progress")[0].bubbles);
    assert.equal(of("progress").at(-1).detail.phase, "ready");
    const loaded = new Set(of("progress").map(({ detail }) => detail.model));
    assert.deepEqual([...loaded].sort(), ["auto", "mini"], "the other model is not asked for");
    assert.deepEqual(of("scores")[0].detail.scores, seen.expected);
    assert.equal(of("scores")[0].detail.model, "mini");
    assert.ok(of("scores")[0].detail.milliseconds > 0);
    assert.equal(of("change").length, 1);
    assert.equal(of("error").length, 0);
    assert.equal(await page.getByRole("img", { name: "A drawing of a dog" }).count(), 1);
    const field = page.getByRole("textbox", { name: "Label 1 of 3" });
    assert.equal(await field.inputValue(), "dog");
  });
});

test("edits, properties and attributes ask again, once; the page's labels do not take back a person's", async () => {
  await onElement(line, async (page) => {
    await inState(page, "ready");
    const typed = page.evaluate(() => next("scores"));
    await page.getByRole("textbox", { name: "Label 2 of 3" }).fill("a wolf");
    const { scores } = await typed;
    assert.ok(scores.some(({ label }) => label === "a wolf"));
    const seen = await page.evaluate(async () => {
      const element = document.querySelector("glimpse-classifier");
      const asked = heard.filter(({ type }) => type === "scores").length;
      // The same labels again, as a framework gives them at every render.
      element.labels = ["dog", "cat", "a horse"];
      await new Promise((resolve) => setTimeout(resolve, 100));
      const kept = {
        labels: element.labels,
        asked: heard.filter(({ type }) => type === "scores").length - asked,
      };
      const answer = next("scores");
      element.labels = ["apple", "pear"];
      element.setAttribute("template", "a drawing of a {}\na picture of a {}");
      element.src = "/examples/apple.png";
      element.noneOfThese = true;
      const { scores } = await answer;
      await new Promise((resolve) => setTimeout(resolve, 200));
      const count = heard.filter(({ type }) => type === "scores").length - asked;
      const none = next("scores");
      element.removeAttribute("none-of-these");
      return {
        kept,
        scores,
        count,
        value: element.value,
        template: element.template,
        none: await none,
      };
    });
    assert.ok(seen.kept.labels.includes("a wolf"));
    assert.equal(seen.kept.asked, 0);
    assert.deepEqual(
      new Set(seen.scores.map(({ label }) => label)),
      new Set(["apple", "pear", "none of these"]),
    );
    assert.equal(seen.count, 1, "four changes at once are one question");
    assert.equal(seen.value, "apple");
    assert.deepEqual(seen.template, ["a drawing of a {}", "a picture of a {}"]);
    assert.equal(seen.none.scores.length, 2);
  });
});

test("labels are read from commas, lines and JSON; properties set before the class are taken", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async () => {
      const early = document.createElement("glimpse-classifier");
      early.labels = ["before, the class", "b"];
      early.device = "cpu";
      early.detail = true;
      document.body.append(early);
      await import("/glimpse-clip/dist/elements/index.js");
      const read = (labels) =>
        Object.assign(document.createElement("glimpse-classifier"), { labels }).labels;
      const made = document.createElement("glimpse-classifier");
      made.setAttribute("labels", " a , b,, c ");
      return {
        early: [early.labels, early.device, early.hasAttribute("detail"), early.state],
        commas: made.labels,
        lines: read("red, blue\n green\n"),
        json: read('["a, b", " c "]'),
        list: read(["x"]),
        none: read(""),
      };
    });
    assert.deepEqual(seen, {
      early: [["before, the class", "b"], "cpu", true, "idle"],
      commas: ["a", "b", "c"],
      lines: ["red, blue", "green"],
      json: ["a, b", "c"],
      list: ["x"],
      none: [],
    });
  });
});

test("elements share a classifier, and the last one gives it back; one that moves keeps it", async () => {
  const html = `${line}<div id="elsewhere"></div>${line.replace('id="one"', 'id="two"')}`;
  await onElement(html, async (page) => {
    await page.waitForFunction(
      () => document.querySelectorAll('glimpse-classifier[state="ready"]').length === 2,
    );
    assert.equal(page.workers().length, 1);
    await page.evaluate(async () => {
      const one = document.querySelector("#one");
      const answer = next("scores", one);
      document.querySelector("#elsewhere").append(one);
      await answer;
      document.querySelector("#two").remove();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    assert.equal(page.workers().length, 1, "one element still has it");
    const closed = page.workers()[0].waitForEvent("close");
    await page.evaluate(() => document.querySelector("#one").remove());
    await closed;
    const again = await page.evaluate(async (html) => {
      document.querySelector("#elsewhere").innerHTML = html;
      return (await next("scores")).scores[0].label;
    }, line);
    assert.equal(again, "dog");
  });
});

test("errors are said in words and told; Try again tries again", async () => {
  let broken = true;
  world.server.route("/flaky.png", (request, response) => {
    if (broken) return response.writeHead(404).end();
    response.writeHead(302, { Location: "/examples/dog.png" }).end();
  });
  const html = line.replace("/examples/dog.png", "/flaky.png");
  await onElement(
    html,
    async (page) => {
      await inState(page, "error");
      // The model arrives all the same, and takes the words of the error away from nobody.
      await page.waitForFunction(() => heard.some(({ detail }) => detail?.phase === "ready"));
      assert.equal(await page.locator('glimpse-classifier[state="error"]').count(), 1);
      const seen = await page.evaluate(() => {
        const element = document.querySelector("glimpse-classifier");
        const { code, message } = heard.find(({ type }) => type === "error").detail;
        return {
          code,
          message,
          bubbles: heard.find(({ type }) => type === "error").bubbles,
          value: element.value,
        };
      });
      assert.equal(seen.code, "network");
      assert.deepEqual([seen.bubbles, seen.value], [false, ""]);
      assert.equal(await page.getByRole("status").first().textContent(), seen.message);
      broken = false;
      await page.getByRole("button", { name: "Try again" }).click();
      await inState(page, "ready");
      assert.equal(await page.getByRole("button", { name: "Try again" }).isVisible(), false);
      const refused = await page.evaluate(async () => {
        const element = document.querySelector("glimpse-classifier");
        const error = next("error");
        element.image = new Blob(["no picture"]);
        const { code } = await error;
        const again = next("scores");
        element.image = null;
        return { code, best: (await again).scores[0].label };
      });
      assert.deepEqual(refused, { code: "decode", best: "dog" });
    },
    [/flaky\.png/],
  );
});

test("in a form: the best label is sent, required holds it back, reset and disabled do what they do", async () => {
  const control = line.replace("src=", 'name="animal" required data-src=');
  await onElement(`<form><fieldset>${control}</fieldset></form>`, async (page) => {
    const seen = await page.evaluate(async () => {
      const form = document.querySelector("form");
      const element = document.querySelector("glimpse-classifier");
      const sent = () => Object.fromEntries(new FormData(form));
      const empty = { sent: sent(), valid: form.checkValidity(), why: element.validationMessage };
      const missing = element.validity.valueMissing;
      const answer = next("scores");
      element.image = await harness.picture("/examples/dog.png");
      await answer;
      const full = { sent: sent(), valid: form.checkValidity() };
      const inForm = [element.form === form, form.elements.animal === element, element.type];
      form.querySelector("fieldset").disabled = true;
      const disabled = { sent: sent(), inert: element.shadowRoot.querySelector(".layout").inert };
      form.querySelector("fieldset").disabled = false;
      const enabled = element.shadowRoot.querySelector(".layout").inert;
      const other = next("scores");
      element.image = await harness.picture("/examples/apple.png");
      const between = sent();
      await other;
      form.reset();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const reset = { sent: sent(), image: element.image, state: element.state };
      return { empty, missing, full, inForm, disabled, enabled, between, reset };
    });
    assert.deepEqual([seen.empty.sent, seen.empty.valid, seen.missing], [{}, false, true]);
    assert.match(seen.empty.why, /picture/);
    assert.deepEqual(seen.full, { sent: { animal: "dog" }, valid: true });
    assert.deepEqual(seen.inForm, [true, true, "glimpse-classifier"]);
    assert.deepEqual(seen.disabled, { sent: {}, inert: true });
    assert.equal(seen.enabled, false);
    assert.deepEqual(seen.between, {}, "a new picture has no label yet");
    assert.deepEqual(seen.reset, { sent: {}, image: null, state: "idle" });
  });
});

test('loading="lazy" fetches nothing before the element is near, and without a picture nothing is fetched at all', async () => {
  const far = line.replace("<glimpse-classifier", '<glimpse-classifier loading="lazy"');
  const html = `<glimpse-classifier id="empty" labels="a, b"></glimpse-classifier>
    <canvas width="10" height="5000"></canvas>${far}`;
  await onElement(html, async (page) => {
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    assert.deepEqual(
      page.requested.filter((url) => /safetensors|dog\.png/.test(url)),
      [],
    );
    assert.equal(page.workers().length, 0);
    await page.evaluate(() => document.querySelector("#one").scrollIntoView());
    await inState(page, "ready");
    assert.equal(await page.evaluate(() => document.querySelector("#one").value), "dog");
    assert.equal(await page.evaluate(() => document.querySelector("#empty").state), "idle");
  });
});

test("importing the elements where there is no document does not fail", async () => {
  const elements = await import(new URL("../../web/dist/elements/index.js", import.meta.url));
  assert.equal(typeof elements.GlimpseClassifier, "function");
});
