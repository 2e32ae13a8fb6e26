// Reads one line of JSON with [[text, label], ...] and trains; then answers each further line (a
// text) with one line: the label as JSON, or null when nlp.js does not know.
const readline = require("readline");
const { containerBootstrap } = require("@nlpjs/core");
const { Nlp } = require("@nlpjs/nlp");
const { LangDa } = require("@nlpjs/lang-da");

async function main() {
  const container = await containerBootstrap();
  container.use(Nlp);
  container.use(LangDa);
  const nlp = container.get("nlp");
  nlp.settings.autoSave = false;
  nlp.settings.threshold = 0.5;
  nlp.addLanguage("da");
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  for (const [text, label] of JSON.parse((await lines.next()).value)) {
    nlp.addDocument("da", text, label);
  }
  const log = console.log;
  console.log = () => {};
  await nlp.train();
  log(JSON.stringify("trained"));
  for await (const line of lines) {
    const found = await nlp.process("da", JSON.parse(line));
    log(JSON.stringify(found.intent === "None" ? null : found.intent));
  }
}

main();
