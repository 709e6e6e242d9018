import { LakebookError } from '../base/errors.ts';
import { fixedOffsetSeconds, parseTimestamp } from '../sql/types/datetimes.ts';

/**
 * The instant that a text means, in milliseconds since 1970 (finer digits are cut), read in the session's zone where it
 * names none.
 * @throws LakebookError DELTA_TIMESTAMP_INVALID
 */
export function parseInstant(text: string, sessionZone: string): number {
  const parsed = parseTimestamp(text);
  if (parsed === undefined) throw new LakebookError('DELTA_TIMESTAMP_INVALID', { timestamp: text });
  const localMs = Math.floor(Number(parsed.localMicros) / 1000);
  return localMs - offsetMsAt(localMs, parsed.zone ?? sessionZone, text);
}

/** How far the zone is ahead of UTC when its clocks show `localMs`; in a gap or overlap the earlier offset, as in Java. */
function offsetMsAt(localMs: number, zone: string, text: string): number {
  const fixed = fixedOffsetSeconds(zone);
  if (fixed !== undefined) return fixed * 1000;
  try {
    const dayBefore = regionOffsetMs(localMs - 86_400_000, zone);
    const offset = regionOffsetMs(localMs - dayBefore, zone);
    return regionOffsetMs(localMs - offset, zone) === offset ? offset : dayBefore;
  } catch (cause) {
    throw new LakebookError('DELTA_TIMESTAMP_INVALID', { timestamp: text }, { cause });
  }
}

function regionOffsetMs(instantMs: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  const parts = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000;
}
