/** Starts the pages of the server in a browser. */
import { render } from "preact";
import { FlowletClient } from "../../client/browser.ts";
import { App } from "./app/app.tsx";
import { type Services, ServicesContext } from "./app/services.ts";
import { LiveEvents } from "./live/live-events.ts";
import { Queries } from "./live/queries.ts";
import { Router } from "./router/router.ts";
import { Theme } from "./shell/theme.ts";
import { Toasts } from "./shell/toasts.ts";

const client = new FlowletClient({ endpoint: window.location.origin });
const services: Services = { client, events: new LiveEvents(client), queries: new Queries(), router: new Router(window), theme: new Theme(), toasts: new Toasts() };
services.events.start();

const root = document.getElementById("app");
if (root === null) throw new Error("The document has no #app.");
render(<ServicesContext.Provider value={services}><App /></ServicesContext.Provider>, root);
