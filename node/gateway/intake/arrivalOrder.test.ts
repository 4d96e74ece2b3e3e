import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createArrivalOrder } from './arrivalOrder.ts';

const SEED = Number(process.env.SEED ?? 1);

test('whoever is ready when, turns come in the order of tickets; who leaves has none', () => {
  const case_ = fc.array(fc.record({ at: fc.nat(50), leaves: fc.boolean() }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(case_, (comers) => {
      const order = createArrivalOrder();
      const tickets = comers.map((comer) => ({ ...comer, ticket: order.take() }));
      const served: number[] = [];
      for (const { ticket, leaves } of tickets.toSorted((one, other) => one.at - other.at)) {
        if (leaves) order.leave(ticket);
        else order.present(ticket, () => served.push(ticket));
      }
      expect(served).toEqual(tickets.filter(({ leaves }) => !leaves).map(({ ticket }) => ticket));
      expect(order.waiting()).toBe(0);
    }),
    { seed: SEED },
  );
});

test('a turn in which another gets ready is finished first', () => {
  const order = createArrivalOrder();
  const [one, other] = [order.take(), order.take()];
  const seen: string[] = [];
  order.present(one, () => {
    order.present(other, () => seen.push('other'));
    seen.push('one');
  });
  expect(seen).toEqual(['one', 'other']);
});

test('a ticket is good once, and only if it was taken', () => {
  const order = createArrivalOrder();
  expect(() => order.present(0, () => undefined)).toThrow('not open');
  const [first, second] = [order.take(), order.take()];
  order.leave(second);
  expect(() => order.leave(second)).toThrow('not open');
  order.leave(first);
  expect(() => order.leave(first)).toThrow('not open');
});
