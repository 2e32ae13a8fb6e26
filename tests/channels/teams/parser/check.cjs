// Reads a list of cards from standard input; writes, for each, what Microsoft's parser objects to.
const { AdaptiveCard, CardElement, SerializationContext, Versions } =
  require("adaptivecards/dist/adaptivecards.js");

function objections(data) {
  const context = new SerializationContext(Versions.v1_5);
  const card = new AdaptiveCard();
  // The parser's pattern for "lang" is /…/g, which refuses every second good value unless reset.
  CardElement.langProperty.regEx.lastIndex = 0;
  card.parse(data, context);
  const events = card.validateProperties().validationEvents.map((event) => event.message);
  for (let i = 0; i < context.eventCount; i++) events.push(context.getEventAt(i).message);
  return events;
}

const cards = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cards.map(objections)));
