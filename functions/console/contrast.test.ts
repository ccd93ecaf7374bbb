import { describe, expect, test } from 'vitest';
import { webFile } from './files.ts';

/** WCAG 2.2 AA for text of normal size. */
const CONTRAST_MIN = 4.5;

const [light = '', dark = ''] = webFile('tokens.css').body.split('@media (prefers-color-scheme: dark)');
const GROUNDS = ['ground', 'surface', 'sunken', 'hover', 'raised'];
const PAIRS = [
  ...['text', 'muted'].flatMap((ink) => GROUNDS.map((ground) => [ink, ground] as const)),
  ...['faint', 'bad', 'warn', 'accent'].flatMap((ink) => ['surface', 'hover'].map((ground) => [ink, ground] as const)),
  ...['good', 'warn', 'bad', 'accent', 'person'].map((ink) => [ink, `${ink}-ground`] as const),
  ['muted', 'quiet-ground'],
  ['muted', 'bad-ground'],
  ['on-accent', 'accent'],
] as const;

function tokens(css: string): Map<string, string> {
  return new Map([...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]));
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

describe.each([
  ['light', tokens(light)],
  ['dark', tokens(dark)],
] as const)('the %s colours', (_, colours) => {
  test.each(PAIRS)('%s can be read on %s', (ink, ground) => {
    expect(contrast(colours.get(ink) ?? '', colours.get(ground) ?? '')).toBeGreaterThanOrEqual(CONTRAST_MIN);
  });
});
