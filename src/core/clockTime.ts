/** Making a formatter costs far more than using it, and a list has thousands of rows. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * A moment as people of a language write it: the time of day, with the date when it was not today.
 *
 * @param ms a Unix time in milliseconds
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function clockTime(ms: number, nowMs: number, language: string): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  const key = `${language} ${isToday}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language, { timeStyle: 'short', ...(!isToday && { dateStyle: 'short' }) });
    formatters.set(key, formatter);
  }
  return formatter.format(ms);
}
