/** A clock for given times (prefect.schedules.clocks.DatesClock). */
import { describeValue } from "../errors.ts";
import { BasicClock, checkedDate, unschedulable, type ClockOptions } from "./clock.ts";

/** At exactly these times. */
export class DatesClock extends BasicClock {
  /** In order. */
  readonly dates: readonly Date[];

  /**
   * @param dates in any order, at least one
   * @throws FlowletError UNSCHEDULABLE
   */
  constructor(dates: readonly Date[], options: Omit<ClockOptions, "startDate" | "endDate"> = {}) {
    if (!Array.isArray(dates) || dates.length === 0) throw unschedulable(`dates must be a list with at least one Date, got ${describeValue(dates)}`);
    const sorted = dates.map((date, i) => checkedDate(date, `dates[${i}]`)).sort((a, b) => a.getTime() - b.getTime());
    super({ ...options, startDate: sorted[0], endDate: sorted[sorted.length - 1] });
    this.dates = sorted;
  }

  protected override *times(after: Date): Generator<Date, void> {
    let [low, high] = [0, this.dates.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.dates[middle] > after) high = middle;
      else low = middle + 1;
    }
    for (let i = low; i < this.dates.length; i++) yield this.dates[i];
  }
}
