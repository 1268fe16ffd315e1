import test from 'ava';
import { causeFirst, pairIn } from '../harness/run/order-cells.ts';
import { cellsOf } from '../harness/core/cell.ts';
import { scenarios } from './index.ts';

const none = new Map();

/** A scenario of one factor whose levels have no cause among them. */
const without = new Set(['memcg-ids', 'exec-churn']);

for (const { name, factors, first = [] } of scenarios.filter((one) => !without.has(one.name))) {
  test(`${name}: a default run begins with its cause and a control`, (t) => {
    const cells = causeFirst(cellsOf(factors, none, none), first);
    t.is(pairIn(cells, first).length, 2);
    for (const [factor, level] of first.flatMap((levels) => Object.entries(levels))) {
      t.true(factors.find((one) => one.name === factor)?.levels.includes(level), `${factor}=${level}`);
    }
  });
}
