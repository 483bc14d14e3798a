import { render } from "solid-js/web";

import { App } from "./app";
import "./style/tokens.css";
import "./style/base.css";
import "./style/layout.css";
import "./style/header.css";
import "./style/markets.css";
import "./style/chart.css";
import "./style/ticket.css";
import "./style/tables.css";
import "./style/overlays.css";

const root = document.getElementById("root");
if (root) {
  root.textContent = "";
  render(() => <App />, root);
}
