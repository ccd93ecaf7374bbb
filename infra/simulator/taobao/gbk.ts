const LEAD = { first: 0x81, last: 0xfe };
const TRAIL = { first: 0x40, last: 0xfe };
const QUESTION_MARK = 0x3f;

let table: ReadonlyMap<string, number> | undefined;

/** Text as GBK bytes. Node decodes GBK but does not encode it, so the table is the decoder's, read backwards once. */
export function gbkBytes(text: string): Buffer {
  table ??= reverseTable();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const pair = table.get(character);
    if (code < 0x80) bytes.push(code);
    else if (pair === undefined) bytes.push(QUESTION_MARK);
    else bytes.push(pair >> 8, pair & 0xff);
  }
  return Buffer.from(bytes);
}

function reverseTable(): ReadonlyMap<string, number> {
  const decoder = new TextDecoder('gbk');
  const pairs = new Map<string, number>();
  for (let lead = LEAD.first; lead <= LEAD.last; lead += 1) {
    for (let trail = TRAIL.first; trail <= TRAIL.last; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      // An unmapped pair decodes to U+FFFD, some followed by the trail byte read on its own.
      const isOne = character.length === 1 && character !== '\uFFFD';
      if (isOne && !pairs.has(character)) pairs.set(character, (lead << 8) | trail);
    }
  }
  return pairs;
}
