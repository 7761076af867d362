/** The page: one socket to the server, and what it says, drawn. */
import { render } from "preact";
import { onlyParameters } from "./address.ts";
import { App } from "./app.tsx";
import { Connection } from "./connection.ts";
import { listenToKeys } from "./keys.ts";
import { Layouts } from "./layout/layouts.ts";
import { decodesH264 } from "./live/h264.ts";
import { readMoment } from "./moment.ts";
import { Clocks } from "./rewind/clocks.ts";
import { Memory } from "./rewind/remember.ts";
import { readSubject, writeSubject } from "./subject.ts";

const url = new URL("ws", location.href);
url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
url.hash = "";
url.search = "";

const query = new URLSearchParams(location.search);
const { moment, trouble } = readMoment(location.search);
if (moment)
  history.replaceState(
    null,
    "",
    `${location.pathname}${onlyParameters(location.search, "group", "together", "wall", "columns", "show")}${writeSubject(moment)}`,
  );
const connection = new Connection(url.href);
const subject = readSubject(location.hash);
if (subject && subject.key !== null && typeof moment?.timeMs !== "number") connection.watchSoon(subject.topic, subject.key, decodesH264.get());
const memory = new Memory(connection, query.get("group"), moment);
const clocks = new Clocks((clock, topic, key) => memory.begin(clock, topic, key));
if (query.has("together")) clocks.join();

listenToKeys();
render(
  <App connection={connection} clocks={clocks} memory={memory} layouts={new Layouts(location.search)} trouble={trouble} />,
  document.getElementById("app") as HTMLElement,
);
