import { createSignal, Match, Switch } from "solid-js";

import { CloseAll } from "./close_all";
import { ClosedTable } from "./closed_table";
import { useTerminal } from "./context";
import { LedgerTable } from "./ledger_table";
import { OrdersTable } from "./orders_table";
import { PositionsTable } from "./positions_table";
import { Tabs, type Tab } from "./tabs";
import { TradesTable } from "./trades_table";

type Key = "positions" | "closed" | "orders" | "trades" | "ledger";

export function Activity(props: { onSymbol: () => void }) {
  const terminal = useTerminal();
  const [tab, setTab] = createSignal<Key>("positions");
  const tabs: readonly Tab<Key>[] = [
    { key: "positions", title: "Positions", count: () => terminal.positions().length },
    { key: "closed", title: "Closed" },
    { key: "orders", title: "Orders" },
    { key: "trades", title: "Trades" },
    { key: "ledger", title: "Ledger" },
  ];
  return (
    <section class="panel activity" aria-label="Positions and history">
      <Tabs
        label="Positions and history"
        tabs={tabs}
        chosen={tab()}
        onChoose={setTab}
        extra={<CloseAll isShown={tab() === "positions"} />}
      />
      <div
        class="activity-panel"
        id="activity-panel"
        role="tabpanel"
        aria-labelledby={`tab-${tab()}`}
      >
        <Switch>
          <Match when={tab() === "positions"}>
            <PositionsTable
              onSymbol={(symbol) => {
                terminal.select(symbol);
                props.onSymbol();
              }}
            />
          </Match>
          <Match when={tab() === "closed"}>
            <ClosedTable />
          </Match>
          <Match when={tab() === "orders"}>
            <OrdersTable />
          </Match>
          <Match when={tab() === "trades"}>
            <TradesTable />
          </Match>
          <Match when={tab() === "ledger"}>
            <LedgerTable />
          </Match>
        </Switch>
      </div>
    </section>
  );
}
