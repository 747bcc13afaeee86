/** Cached: creating a formatter costs far more than using it, and a list has thousands of rows. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Formats a time for a language: the time of day, with the date unless it is today.
 *
 * @param ms a Unix time in milliseconds
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function formatTime(ms: number, nowMs: number, language: string): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  const key = `${language} ${isToday}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language, { timeStyle: 'short', ...(!isToday && { dateStyle: 'short' }) });
    formatters.set(key, formatter);
  }
  return formatter.format(ms);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Formats an age for a language: `3 min. ago`. Returns undefined for less than a minute, and for a future time, as
 * after a clock change.
 *
 * @param ms a Unix time in milliseconds
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function formatAge(ms: number, nowMs: number, language: string): string | undefined {
  const pastMs = nowMs - ms;
  if (pastMs < MINUTE_MS) return undefined;
  const format = new Intl.RelativeTimeFormat(language, { style: 'short' });
  if (pastMs < HOUR_MS) return format.format(-Math.floor(pastMs / MINUTE_MS), 'minute');
  if (pastMs < DAY_MS) return format.format(-Math.floor(pastMs / HOUR_MS), 'hour');
  return format.format(-Math.floor(pastMs / DAY_MS), 'day');
}
