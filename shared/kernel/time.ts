/** China keeps one time zone and no daylight saving since 1991, so a fixed offset is exact for platform times. */
const CHINA_OFFSET_MS = 8 * 3_600_000;
const CHINA_TEXT = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;

/** Milliseconds since 1970 as ISO 8601 UTC. */
export function isoFromMs(ms: number): string {
  return new Date(ms).toISOString();
}

/** ISO 8601 text to milliseconds since 1970. */
export function msFromIso(iso: string): number {
  return Date.parse(iso);
}

/** The last second of the year 9999: later ones are milliseconds taken for seconds, and have no ISO text of the usual form. */
const UNIX_SECONDS_MAX = 253_402_300_799;

/** Unix seconds as ISO 8601 UTC; 0, negative and what is no time mean "no time" on the platforms and give undefined. */
export function isoFromUnixSeconds(seconds: number): string | undefined {
  return seconds > 0 && seconds <= UNIX_SECONDS_MAX ? isoFromMs(seconds * 1_000) : undefined;
}

/** `yyyy-MM-dd HH:mm:ss` in GMT+8 (Taobao, Pinduoduo) to milliseconds; undefined when the text is not such a time. */
export function msFromChinaText(text: string): number | undefined {
  const parts = CHINA_TEXT.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const ms = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) - CHINA_OFFSET_MS;
  return chinaTextFromMs(ms) === text ? ms : undefined;
}

/** Milliseconds to `yyyy-MM-dd HH:mm:ss` in GMT+8. */
export function chinaTextFromMs(ms: number): string {
  return isoFromMs(ms + CHINA_OFFSET_MS).slice(0, 19).replace('T', ' ');
}

/** The China calendar day of a moment, `yyyy-MM-dd`: warehouses count their daily capacity by it. */
export function chinaDay(ms: number): string {
  return chinaTextFromMs(ms).slice(0, 10);
}
