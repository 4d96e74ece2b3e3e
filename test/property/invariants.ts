import type { SealedBatch } from '../../node/core/ledger/sealedBatch.ts';
import type { ApplyResult, Machine } from '../../node/core/machine/machine.ts';
import type { AccountRecord } from '../../node/core/protocol/account.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import { intentSlot } from '../../node/core/protocol/limits.ts';
import type { RiskTable } from '../../node/core/protocol/riskRow.ts';

/** Naive bigint margin of a record, straight from protocol section 5. */
export function naiveMargin(record: Pick<AccountRecord, 'cash' | 'positions'>, table: RiskTable, columns: number) {
  const rows = new Map(table.map((row) => [row.instrument, row]));
  let charge = 0n;
  const e = Array.from({ length: columns }, () => record.cash);
  for (const { instrument, lots } of record.positions) {
    const row = rows.get(instrument);
    if (row === undefined) throw new Error(`position in ${instrument}, which the table does not have`);
    if (lots < 0) charge += BigInt(-lots) * row.shortCharge;
    for (let s = 0; s < columns; s++) e[s] = (e[s] ?? 0n) + BigInt(lots) * (row.values[s] ?? 0n);
  }
  const u = e.map((value) => value - charge);
  const worst = [...u].sort((a, b) => (a < b ? -1 : 1))[0] ?? 0n;
  const equity = e[0] ?? 0n;
  return { worst, equity, breached: u.some((value) => equity + 3n * value < 0n) };
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(what());
}

/** Conservation of every asset, no crossed book, and margins equal to the naive ones. */
export function checkMachine({ view }: Machine, columns: number): void {
  const { cash, feePool, deposited, withdrawn, lotsByInstrument } = view.totals();
  must(cash + feePool + withdrawn === deposited, () => `cash: ${cash} + ${feePool} + ${withdrawn} != ${deposited}`);
  for (const [instrument, lots] of lotsByInstrument)
    must(lots === 0n, () => `instrument ${instrument} sums to ${lots}`);
  for (const { instrument } of view.instruments()) {
    const depth = view.depth(instrument, 1000);
    const bid = depth?.bids[0]?.price ?? 0;
    const ask = depth?.asks[0]?.price ?? Number.POSITIVE_INFINITY;
    must(bid < ask, () => `book ${instrument} is crossed: ${bid} >= ${ask}`);
    for (const level of [...(depth?.bids ?? []), ...(depth?.asks ?? [])]) {
      must(level.lots > 0 && level.orders > 0, () => `book ${instrument} keeps an empty level`);
    }
  }
  for (const id of view.accountIds()) {
    const account = view.account(id);
    if (account === null) throw new Error(`account ${id} is gone`);
    const naive = naiveMargin(account, view.riskTable(), columns);
    must(naive.worst === account.initialExcess, () => `W of ${id}: ${account.initialExcess}, naive ${naive.worst}`);
    must(naive.equity === account.equity, () => `E_0 of ${id}: ${account.equity}, naive ${naive.equity}`);
    must(naive.breached === account.maintenanceBreached, () => `maintenance of ${id} differs from naive`);
  }
}

/** Every filled account meets initial margin, or was not made worse: W never falls below min(0, W before). */
export function checkMarginKept(before: ReadonlyMap<number, bigint>, machine: Machine, result: ApplyResult): void {
  const parties = new Set(
    result.events.flatMap((event) => (event.type === 'fill' ? [event.maker.account, event.taker.account] : [])),
  );
  for (const id of parties) {
    const was = before.get(id) ?? 0n;
    const now = machine.view.account(id)?.initialExcess ?? 0n;
    must(now >= 0n || now >= was, () => `account ${id} filled with W ${was} -> ${now}`);
  }
}

interface Cell {
  record: AccountRecord | null;
  cash: bigint;
  readonly positions: Map<number, number>;
  readonly slots: Map<number, bigint>;
  signed: boolean;
  op: boolean;
  liquidated: boolean;
  keyOps: number;
}

/** Checks a batch against sections 5 and 6 with naive arithmetic, and applies it to `ledger`. */
export class NaiveLedger {
  readonly accounts = new Map<number, { cash: bigint; positions: Map<number, number>; slots: Map<number, bigint> }>();
  private readonly preset: Deployment;
  private batchNumber = 0;
  private l1OpIndex = 0;
  private lastTimeSec = 0;
  private feePool = 0n;

  constructor(preset: Deployment) {
    this.preset = preset;
  }

  apply(batch: SealedBatch): void {
    const { rows, timeSec } = batch;
    must(batch.batchNumber === this.batchNumber && rows.batchNumber === this.batchNumber, () => 'batch number');
    must(batch.l1OpIndexBefore === this.l1OpIndex && batch.feePoolBefore === this.feePool, () => 'counters before');
    must(batch.lastTimeSec === this.lastTimeSec && timeSec >= this.lastTimeSec, () => 'batch time');
    this.checkShape(batch);
    const cells = this.openCells(batch);
    const cell = (id: number): Cell => {
      const found = cells.get(id);
      if (found === undefined) throw new Error(`account ${id} has rows but no account row`);
      return found;
    };
    this.postL1Ops(batch, cell);
    this.postSigned(batch, cell);
    this.postSettlements(batch, cell);
    this.close(batch, cells);
    this.batchNumber += 1;
    this.l1OpIndex += rows.l1Ops.length;
    this.lastTimeSec = timeSec;
  }

  private checkShape({ rows, riskTable }: SealedBatch): void {
    const shape = this.preset.shapes.at(-1) ?? this.preset.shapes[0];
    must(rows.trades.length <= shape.trades && rows.withdrawals.length <= shape.withdrawals, () => 'signed rows');
    must(rows.l1Ops.length <= shape.l1Ops && rows.settlements.length <= shape.settlements, () => 'op rows');
    must(riskTable.length <= shape.instruments, () => 'instruments');
  }

  private openCells(batch: SealedBatch): Map<number, Cell> {
    const cells = new Map<number, Cell>();
    for (const [id, record] of batch.accountsBefore) {
      const known = this.accounts.get(id);
      must((known === undefined) === (record === null), () => `account ${id}: opened differs`);
      if (known !== undefined && record !== null) {
        must(record.cash === known.cash, () => `account ${id}: cash before ${record.cash}, ledger ${known.cash}`);
        const same = record.positions.length === known.positions.size;
        must(
          same && record.positions.every((p) => known.positions.get(p.instrument) === p.lots),
          () => `positions of ${id}`,
        );
        must(
          [...record.slots].length === known.slots.size && record.slots.size === known.slots.size,
          () => `slots of ${id}`,
        );
        for (const [slot, value] of known.slots) must(record.slots.get(slot) === value, () => `slot ${slot} of ${id}`);
      }
      const base = { cash: known?.cash ?? 0n, positions: new Map(known?.positions), slots: new Map(known?.slots) };
      cells.set(id, { record, ...base, signed: false, op: false, liquidated: false, keyOps: 0 });
    }
    return cells;
  }

  private postL1Ops({ rows }: SealedBatch, cell: (id: number) => Cell): void {
    for (const op of rows.l1Ops) {
      const account = cell(op.account);
      account.op = true;
      if (op.kind === 1 || op.kind === 3) account.keyOps += 1;
      if (op.kind === 1 || op.kind === 2) account.cash += op.amount;
      if (op.kind === 4) account.cash -= op.paid;
      else must(op.paid === 0n, () => 'only a forced withdrawal is paid');
      must(op.paid >= 0n && op.paid <= (op.kind === 4 ? op.amount : 0n), () => 'paid more than asked');
    }
  }

  private moveSlot(account: Cell, nonce: number, lots: number, maxLots: number): void {
    const slot = intentSlot(nonce);
    const value = account.slots.get(slot) ?? 0n;
    const nonceBefore = Number(value >> 32n);
    must(nonceBefore <= nonce, () => `slot ${slot} rolls back from ${nonceBefore} to ${nonce}`);
    const filled = (nonceBefore === nonce ? Number(BigInt.asUintN(32, value)) : 0) + lots;
    must(filled <= maxLots, () => `nonce ${nonce} filled ${filled} of ${maxLots}`);
    account.slots.set(slot, (BigInt(nonce) << 32n) + BigInt(filled));
  }

  private postSigned({ rows, authorisations, timeSec, riskTable }: SealedBatch, cell: (id: number) => Cell): void {
    for (const [k, row] of rows.withdrawals.entries()) {
      const account = cell(row.account);
      const intent = authorisations.withdrawals[k]?.intent;
      must(
        intent?.nonce === row.nonce && intent.amount === row.amount && intent.expirySec >= timeSec,
        () => 'withdrawal',
      );
      account.signed = true;
      account.cash -= row.amount;
      this.moveSlot(account, row.nonce, 2 ** 32 - 1, 2 ** 32 - 1);
    }
    const lots = new Map<number, bigint>();
    const seen = new Set<string>();
    let net = 0n;
    for (const [k, row] of rows.trades.entries()) {
      const account = cell(row.account);
      const intent = authorisations.trades[k]?.intent ?? null;
      must(row.lots >= 1 && row.liquidation === (intent === null), () => 'a trade row has lots and an authority');
      net += row.net;
      this.feePool += row.fee;
      account.cash -= row.net + row.fee;
      for (const { instrument, ratio } of row.legs) {
        must(
          riskTable.some((one) => one.instrument === instrument && one.status === 0),
          () => 'leg not live',
        );
        must(instrument >> 16 === row.account >> 20, () => 'leg of another market');
        lots.set(instrument, (lots.get(instrument) ?? 0n) + BigInt(ratio * row.lots));
        account.positions.set(instrument, (account.positions.get(instrument) ?? 0) + ratio * row.lots);
      }
      if (intent === null) {
        account.liquidated = true;
        must(row.nonce === 0 && row.fee === 0n, () => 'a liquidation row has neither nonce nor fee');
        continue;
      }
      account.signed = true;
      must(!seen.has(`${row.account}:${row.nonce}`), () => 'two rows of one intent');
      seen.add(`${row.account}:${row.nonce}`);
      must(
        intent.account === row.account && intent.nonce === row.nonce && intent.expirySec >= timeSec,
        () => 'expired',
      );
      must(row.net <= intent.limit * BigInt(row.lots), () => `net ${row.net} over limit ${intent.limit} * ${row.lots}`);
      must(row.fee <= BigInt(intent.maxFeePerLot) * BigInt(row.lots), () => 'fee above the signed maximum');
      this.moveSlot(account, row.nonce, row.lots, intent.maxLots);
    }
    must(net === 0n, () => `net premiums sum to ${net}`);
    for (const [instrument, sum] of lots) must(sum === 0n, () => `legs of ${instrument} sum to ${sum}`);
  }

  private postSettlements({ rows, riskTable }: SealedBatch, cell: (id: number) => Cell): void {
    for (const { account: id, instrument, lots } of rows.settlements) {
      const account = cell(id);
      const row = riskTable.find((one) => one.instrument === instrument);
      must(row?.status === 1, () => `settlement of live instrument ${instrument}`);
      account.positions.set(instrument, (account.positions.get(instrument) ?? 0) - lots);
      account.cash += BigInt(lots) * (row?.values[0] ?? 0n);
    }
  }

  private close(batch: SealedBatch, cells: ReadonlyMap<number, Cell>): void {
    const widths: number[] = [];
    for (const [id, account] of cells) {
      for (const [instrument, lots] of account.positions) if (lots === 0) account.positions.delete(instrument);
      widths.push(Math.max(account.record?.positions.length ?? 0, account.positions.size));
      must(account.keyOps <= 1, () => `account ${id} has two key ops`);
      must(!account.liquidated || (!account.signed && !account.op), () => `liquidated account ${id} has other rows`);
      this.checkRisk(batch, id, account);
      const { cash, positions, slots } = account;
      this.accounts.set(id, { cash, positions, slots });
    }
    const shape = this.preset.shapes.at(-1) ?? this.preset.shapes[0];
    const rows = shape.accountChunks.map((chunks) => chunks * 16).sort((a, b) => b - a);
    widths.sort((a, b) => b - a);
    must(
      widths.every((width, k) => width <= (rows[k] ?? -1)),
      () => `account rows ${widths} do not fit ${rows}`,
    );
  }

  private checkRisk({ riskTable, rows }: SealedBatch, id: number, account: Cell): void {
    const { columns } = this.preset;
    const positions = [...account.positions].map(([instrument, lots]) => ({ instrument, lots }));
    const after = naiveMargin({ cash: account.cash, positions }, riskTable, columns);
    const before = naiveMargin(account.record ?? { cash: 0n, positions: [] }, riskTable, columns);
    must(
      after.worst >= 0n ||
        (after.worst >= before.worst &&
          4n * (before.equity - after.equity) <= after.worst - before.worst &&
          (after.equity >= 0n || after.equity >= before.equity)),
      () => `margin of ${id}: W ${before.worst} -> ${after.worst}`,
    );
    const shaved = rows.l1Ops.some((op) => op.account === id && op.kind === 4 && op.paid < op.amount);
    must(!shaved || after.worst < 1_000_000n, () => `forced withdrawal of ${id} shaved without need`);
    if (!account.liquidated) return;
    const gain = (after.worst < 0n ? after.worst : 0n) - before.worst;
    must(
      before.breached && after.worst > before.worst,
      () => `account ${id} was healthy, or got no healthier, when liquidated`,
    );
    must(4n * (before.equity - after.equity) <= gain, () => `liquidation of ${id} is dearer than its bound`);
    must(after.equity >= 0n || after.equity >= before.equity, () => `liquidation of ${id} makes debt`);
  }
}
