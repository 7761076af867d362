import { expect, test } from "bun:test";
import { Budget } from "../../../../src/http/take/budget.ts";
import { Rates } from "../../../../src/http/take/rates.ts";

test("an address pays for what it wrote, and others do not", () => {
  const rates = new Rates(100);
  expect(rates.waitMs("10.0.0.1", 0)).toBe(0);
  // A request is taken whole, and paid off afterwards: five seconds, of which one may stand.
  rates.wrote("10.0.0.1", 500, 0);
  expect([rates.waitMs("10.0.0.1", 0), rates.waitMs("10.0.0.1", 3999), rates.waitMs("10.0.0.1", 4000)]).toEqual([4000, 1, 0]);
  expect(rates.waitMs("10.0.0.2", 0)).toBe(0);
  // All that begin like it are one in IPv6.
  rates.wrote("2001:db8::1", 500, 0);
  expect(rates.waitMs("2001:db8::2", 0)).toBe(4000);
  // At that rate nobody waits.
  for (let second = 10; second < 20; second++) {
    expect(rates.waitMs("10.0.0.1", second * 1000)).toBe(0);
    rates.wrote("10.0.0.1", 100, second * 1000);
  }
});

test("what is held of a budget is given back, all of it and once", () => {
  const budget = new Budget(100);
  {
    using one = budget.open();
    expect([one.grow(60), one.grow(60), one.grow(40), budget.held]).toEqual([true, false, true, 100]);
    using other = budget.open();
    expect(other.grow(1)).toBe(false);
    one[Symbol.dispose]();
    expect([budget.held, other.grow(100)]).toEqual([0, true]);
  }
  expect(budget.held).toBe(0);
});
