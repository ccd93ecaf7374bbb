/** Where every value of a JSON text sits, and of which kind: `order.lines[].price: string`. Lists are read as one. */
export function shapeOf(text: string): ReadonlyMap<string, string> {
  const shape = new Map<string, string>();
  collect(JSON.parse(text), '', shape);
  return shape;
}

/** The places of a sample that a text lacks or fills with another kind; a place under an empty list counts as kept. */
export function missingFrom(text: string, sample: string): string[] {
  const [ours, theirs] = [shapeOf(text), shapeOf(sample)];
  const missing: string[] = [];
  for (const [place, kind] of theirs) {
    const underEmptyList = [...ours.keys()].some((known) => known.endsWith('[]') && place.startsWith(known) && ours.get(known) === 'nothing');
    if (ours.get(place) !== kind && kind !== 'null' && !underEmptyList && kind !== 'nothing') missing.push(`${place}: ${kind}, ours ${ours.get(place) ?? 'absent'}`);
  }
  return missing;
}

function collect(value: unknown, place: string, shape: Map<string, string>): void {
  if (Array.isArray(value)) {
    if (value.length === 0) shape.set(`${place}[]`, 'nothing');
    for (const item of value) collect(item, `${place}[]`, shape);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) collect(field, place === '' ? name : `${place}.${name}`, shape);
  } else {
    shape.set(place, value === null ? 'null' : typeof value);
  }
}
