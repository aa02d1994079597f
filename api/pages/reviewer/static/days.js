// Days as the service takes them: in Japan, ISO 8601.

const DAY = 86_400_000;

/** The day so many days before today. */
export function daysAgo(days) {
  return dayOf(Date.now() - days * DAY);
}

/** All days from one to another, both included. */
export function daysFrom(first, last) {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / DAY) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, at) =>
    new Date(Date.parse(first) + at * DAY).toISOString().slice(0, 10),
  );
}

/** The day of a moment, in Japan. */
export function dayOf(at) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(new Date(at));
}

/** A day as a chart has room for it: 11/23. */
export function shortly(day) {
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`;
}
