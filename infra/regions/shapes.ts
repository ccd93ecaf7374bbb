import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { prefectureStem } from '../../shared/routing/region-names.ts';

export type Point = readonly [lng: number, lat: number];

/** Only the label point is read: it is the seat of government, while a polygon's centroid lies 10 km off in the median. */
const shapesSchema = z.object({
  features: z.array(z.object({ properties: z.object({ name: z.string(), cp: z.array(z.number()).optional() }) })),
});

/** The four municipalities are not among the files with Chinese names. */
const MUNICIPAL_FILES: Readonly<Record<string, string>> = {
  'beijing.geojson': '北京市',
  'tianjin.geojson': '天津市',
  'shanghai.geojson': '上海市',
  'chongqing.geojson': '重庆市',
};

/** Label points by `prefecture stem/feature name`, as the shapes of about 2018 call them. */
export function readSeats(root: string): Map<string, Point> {
  const seats = new Map<string, Point>();
  const keep = (prefecture: string, shapes: unknown) => {
    for (const { name, cp: [lng, lat] = [] } of shapesSchema.parse(shapes).features.map((feature) => feature.properties)) {
      if (lng !== undefined && lat !== undefined) seats.set(seatKey(prefecture, name), [lng, lat]);
    }
  };
  for (const file of scripts(join(root, 'src'))) keep(basename(file, '.js'), registered(readFileSync(file, 'utf8')));
  for (const [file, name] of Object.entries(MUNICIPAL_FILES)) {
    keep(name, JSON.parse(readFileSync(join(root, 'geojson', 'shape-with-internal-borders', file), 'utf8')));
  }
  return seats;
}

export function seatKey(prefecture: string, name: string): string {
  return `${prefectureStem(prefecture)}/${name}`;
}

function scripts(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => readdirSync(join(directory, entry.name)).map((file) => join(directory, entry.name, file)))
    .filter((file) => file.endsWith('.js'));
}

/** The argument of `registerMap('name', {…})`: JSON inside a script, taken out as text and never run. */
function registered(script: string): unknown {
  const json = /registerMap\(.[^'"]+.,\s*(\{.*"UTF8Encoding":\s*true\})/s.exec(script)?.[1];
  if (json === undefined) throw new Error('a shape file does not have the expected form');
  return JSON.parse(json);
}
