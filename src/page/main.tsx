/** The page: one socket to the server, and what it says, drawn. */
import { render } from "preact";
import { App } from "./app.tsx";
import { Connection } from "./connection.ts";

const url = new URL("ws", location.href);
url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
url.hash = "";

render(<App connection={new Connection(url.href)} />, document.getElementById("app") as HTMLElement);
