// Classifies on the server, while the site is built: the same package, by its Node.js entry.
import { Classifier } from "glimpse-clip";
import path from "node:path";
import { pathToFileURL } from "node:url";

export const dynamic = "force-static";

export async function GET() {
  const picture = pathToFileURL(path.resolve("public/picture.png"));
  const classifier = await Classifier.create();
  const scores = await classifier.classify(picture, ["a dog", "a bicycle", "an apple"]);
  await classifier.dispose();
  return Response.json({ scores });
}
