import type { MachineView } from '../../../node/core/machine/machineView.ts';

/** All that a machine shows of itself, as text: two machines after the same entries show the same. */
export const viewDigest = (view: MachineView): string => {
  const accounts = view.accountIds().map((id) => [id, view.account(id), view.openOrders(id)]);
  const books = view.instruments().map(({ instrument }) => view.depth(instrument, 50));
  const { lotsByInstrument, ...totals } = view.totals();
  const shown = {
    entries: view.nextEntryIndex(),
    timeSec: view.timeSec(),
    reportTimeSec: view.reportTimeSec(),
    table: view.riskTable(),
    instruments: view.instruments(),
    openBatch: view.openBatch(),
    counters: view.counters(),
    lots: [...lotsByInstrument],
    totals,
    accounts,
    books,
  };
  return JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
};
