import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msFromChinaText } from '../../kernel/time.ts';
import type { RawRequest } from '../channel.ts';
import { signStandardWebhook } from '../standard-webhooks.ts';
import sample from './fixtures/spi_address_self_modify.json' with { type: 'json' };
import vectors from './fixtures/vectors.json' with { type: 'json' };
import { readTaobaoPayload } from './payload.ts';
import { spiSignature, SPI_WINDOW_MS, verifyTaobao } from './verify.ts';

const CREDENTIALS = { appKey: '21000001', appSecret: 'fixture-taobao-secret', sessionKey: 'fixture-session' };
const RELAY_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SECRETS = { credentials: CREDENTIALS, relaySecret: RELAY_SECRET };
const NOW_MS = msFromChinaText('2026-11-24 10:31:00') ?? 0;
const SIGN_CHECK_FAILURE = { flag: 'failure', sub_code: 'sign-check-failure', sub_message: 'Illegal request' };

/** GBK has no encoder on the platform; a test can invert the decoder. */
const GBK_BYTES = new Map<string, readonly number[]>();
for (let lead = 0x81; lead <= 0xfe; lead += 1) {
  for (let trail = 0x40; trail <= 0xfe; trail += 1) {
    GBK_BYTES.set(new TextDecoder('gbk').decode(new Uint8Array([lead, trail])), [lead, trail]);
  }
}
function gbk(text: string): Buffer {
  return Buffer.from(Array.from(text, (char) => GBK_BYTES.get(char) ?? [char.charCodeAt(0)]).flat());
}
function percent(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
}

const SPI: RawRequest = {
  method: 'POST',
  rawQuery: sample.request.url_query,
  headers: sample.request.headers,
  body: Buffer.from(sample.request.raw_body),
};

/** The call as TOP would sign it: `sign` of the query is put right. */
function signed(request: RawRequest): RawRequest {
  const bare = request.rawQuery.replace(/&?sign=[^&]*/, '');
  return {
    ...request,
    rawQuery: `${bare}&sign=${spiSignature({ ...request, rawQuery: bare }, CREDENTIALS.appSecret)}`,
  };
}

function verify(request: RawRequest, nowMs = NOW_MS) {
  return verifyTaobao(request, SECRETS, nowMs);
}

function questionOf(request: RawRequest) {
  const verdict = verify(request);
  return verdict.kind === 'authentic' ? readTaobaoPayload(verdict.payload) : verdict;
}

const QUESTION = {
  ok: true,
  value: { kind: 'question', question: { channelOrderId: '4005312345678901234', shops: ['示例旗舰店'] } },
};

/** Any text, unpaired surrogates included. */
const codeUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('an SPI signature', () => {
  test.each(vectors.spi.map((vector) => [vector.id, vector] as const))(
    'equals the vector %s',
    (_id, { inputs, expected }) => {
      const isGbk = /gb/i.test(inputs.content_type);
      const request: RawRequest = {
        method: 'POST',
        rawQuery: inputs.url_query.replace('<put expected here>', expected),
        headers: { ...inputs.headers, 'content-type': inputs.content_type },
        body: isGbk ? gbk(inputs.raw_body) : Buffer.from(inputs.raw_body),
      };
      expect(spiSignature(request, inputs.app_secret)).toBe(expected);
      const credentials = { appKey: '123', appSecret: inputs.app_secret, sessionKey: 's' };
      const verdict = verifyTaobao(request, { credentials }, msFromChinaText('2026-11-24 10:00:00') ?? 0);
      const shops = isGbk ? ['示例旗舰店'] : [];
      expect(verdict.kind === 'authentic' && readTaobaoPayload(verdict.payload)).toEqual({
        ok: true,
        value: { kind: 'question', question: { channelOrderId: '4005300000000000001', shops } },
      });
    },
  );

  const equal = (left: Partial<RawRequest>, right: Partial<RawRequest>) =>
    expect(spiSignature({ ...SPI, ...left }, 's')).toBe(spiSignature({ ...SPI, ...right }, 's'));
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  test('drops a query pair whose value holds a bare =, as the Java SDK does, and keeps an encoded one', () => {
    equal({ rawQuery: 'a=1&b=x=y' }, { rawQuery: 'a=1' });
    equal({ rawQuery: 'a=1&b==y' }, { rawQuery: 'a=1' });
    equal({ rawQuery: 'a=1&b=x=' }, { rawQuery: 'a=1&b=x' });
    expect(spiSignature({ ...SPI, rawQuery: 'a=1&b=x%3Dy' }, 's')).not.toBe(
      spiSignature({ ...SPI, rawQuery: 'a=1' }, 's'),
    );
  });

  test('counts a name without a value', () => {
    equal({ rawQuery: 'a=1&b=' }, { rawQuery: 'a=1&b' });
    expect(spiSignature({ ...SPI, rawQuery: 'a=1&b=' }, 's')).not.toBe(spiSignature({ ...SPI, rawQuery: 'a=1' }, 's'));
  });

  test('lets the query win over a header and over a form field of the same name', () => {
    const headers = { ...form, 'top-sign-list': 'x', x: 'header' };
    equal(
      { rawQuery: 'x=query', headers, body: Buffer.from('') },
      { rawQuery: 'x=query', headers: form, body: Buffer.from('x=form') },
    );
  });

  test('takes the names of listed headers without trimming, and their case as it stands', () => {
    const call = (list: string) => ({ ...SPI, headers: { 'top-sign-list': list, 'x-a': '1', 'x-b': '2' } });
    expect(spiSignature(call('x-a, x-b'), 's')).not.toBe(spiSignature(call('x-a,x-b'), 's'));
    expect(spiSignature(call('X-A,x-b'), 's')).not.toBe(spiSignature(call('x-a,x-b'), 's'));
    expect(spiSignature(call('x-b,x-a'), 's')).toBe(spiSignature(call('x-a,x-b'), 's'));
  });

  test('takes the first of a form field given twice, and the last of a query parameter', () => {
    equal(
      { rawQuery: '', headers: form, body: Buffer.from('a=1&a=2') },
      { rawQuery: '', headers: form, body: Buffer.from('a=1') },
    );
    equal({ rawQuery: 'a=1&a=2' }, { rawQuery: 'a=2' });
  });

  test('splits a form field at its first = only', () => {
    equal(
      { rawQuery: '', headers: form, body: Buffer.from('a=b=c') },
      { rawQuery: '', headers: form, body: Buffer.from('a=b%3Dc') },
    );
  });
});

describe('an SPI call', () => {
  test('of the sample is authentic, and is a question', () => {
    expect(questionOf(SPI)).toEqual(QUESTION);
    expect(verify(SPI)).toMatchObject({ reply: { status: 200 } });
  });

  test('is read alike from UTF-8 and GBK, from JSON and from a form', () => {
    const json = sample.request.raw_body;
    const fields = [
      ['bizOrderId', '4005312345678901234'],
      ['sellerNick', '示例旗舰店'],
      ['modifiedAddress', '{"city":"杭州市"}'],
    ];
    const formOf = (encode: (text: string) => Uint8Array) =>
      Buffer.from(fields.map(([name = '', value = '']) => `${name}=${percent(encode(value))}`).join('&'));
    const calls: readonly (readonly [string, Uint8Array])[] = [
      ['application/json', Buffer.from(json)],
      ['application/json;charset="GBK"', gbk(json)],
      ['text/plain; charset=gb18030', gbk(json)],
      ['application/x-www-form-urlencoded', formOf((text) => Buffer.from(text))],
      ['application/x-www-form-urlencoded; charset=GBK', formOf(gbk)],
      ['Application/X-WWW-Form-Urlencoded;Charset=gb2312', formOf(gbk)],
    ];
    for (const [contentType, body] of calls) {
      expect(questionOf(signed({ ...SPI, headers: { 'content-type': contentType }, body }))).toEqual(QUESTION);
    }
  });

  test('without a content type is read as UTF-8', () => {
    expect(questionOf(signed({ ...SPI, headers: {} }))).toEqual(QUESTION);
  });

  test('of a method we do not know is authentic, answered with a refusal, and malformed', () => {
    const call = signed({ ...SPI, rawQuery: SPI.rawQuery.replace('self.modify', 'other') });
    const verdict = verify(call);
    expect(verdict).toMatchObject({ kind: 'authentic', reply: { status: 200 } });
    expect(verdict.reply.body).toContain('"success":false');
    expect(questionOf(call)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  const sign = /sign=([0-9A-F]{32})$/.exec(SPI.rawQuery)?.[1] ?? '';
  const query = (from: string | RegExp, to: string) => ({ rawQuery: SPI.rawQuery.replace(from, to) });
  const spoiled: readonly (readonly [string, Partial<RawRequest>])[] = [
    ['a byte of the body is changed', { body: Buffer.from(sample.request.raw_body.replace('滨', '兵')) }],
    ['the body is empty', { body: new Uint8Array() }],
    ['a signed header is changed', { headers: { ...SPI.headers, 'x-top-env': 'offline' } }],
    ['a signed header is missing', { headers: { 'top-sign-list': 'x-top-env' } }],
    ['the list of headers is missing', { headers: { 'x-top-env': 'online' } }],
    ['the list of headers is longer', { headers: { ...SPI.headers, 'top-sign-list': 'x-top-env,x' } }],
    [
      'the content type makes it a form',
      { headers: { ...SPI.headers, 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    [
      'the content type names another charset',
      { headers: { ...SPI.headers, 'content-type': 'application/json;charset=GBK' } },
    ],
    ['the sign is missing', query(/&sign=.*/, '')],
    ['the sign is empty', query(sign, '')],
    ['the sign is in lower case', query(sign, sign.toLowerCase())],
    ['the sign is cut short', query(sign, sign.slice(0, 31))],
    ['another app is named', query('21000001', '21000002')],
    ['another method is named', query('self.modify', 'self.query')],
    ['another time is named', query('10%3A31', '10%3A32')],
    ['a parameter is added', query('app_key', 'extra=1&app_key')],
    ['a parameter is left out', query('&v=2.0', '')],
    ['a percent code is broken', query('format=json', 'format=%zz')],
  ];
  test.each(spoiled)('is refused in the words TOP tests for when %s', (_name, change) => {
    const verdict = verify({ ...SPI, ...change });
    expect(verdict).toMatchObject({ kind: 'refused', reply: { status: 200 } });
    expect(JSON.parse(verdict.reply.body)).toEqual(SIGN_CHECK_FAILURE);
  });

  test('signed with another secret is refused', () => {
    const credentials = { ...CREDENTIALS, appSecret: 'other' };
    expect(verifyTaobao(SPI, { ...SECRETS, credentials }, NOW_MS)).toMatchObject({
      kind: 'refused',
      why: 'signature_mismatch',
    });
  });

  test('well signed is refused for another app, without an app, and without a time', () => {
    for (const [from, to] of [
      ['21000001', '21000002'],
      ['app_key=21000001&', ''],
      [/timestamp=[^&]*&/, ''],
      ['2026-11-24', '2026-13-24'],
    ] as const) {
      expect(verify(signed({ ...SPI, ...query(from, to) }))).toMatchObject({ kind: 'refused', reply: { status: 200 } });
    }
  });

  test('is good for five minutes before and after its time', () => {
    for (const ms of [-SPI_WINDOW_MS, SPI_WINDOW_MS]) expect(verify(SPI, NOW_MS + ms).kind).toBe('authentic');
    for (const ms of [-SPI_WINDOW_MS - 1, SPI_WINDOW_MS + 1])
      expect(verify(SPI, NOW_MS + ms)).toMatchObject({ why: 'outside_window' });
  });
});

describe('a relayed TMC message', () => {
  const body = Buffer.from('{"id":1,"topic":"taobao_trade_TradeCreate","content":"{\\"tid\\":4005312345678901234}"}');
  const headers = signStandardWebhook({ messageId: 'msg_1', body, secret: RELAY_SECRET, nowMs: NOW_MS });
  const relayed: RawRequest = { method: 'POST', rawQuery: '', headers, body };

  test('is authentic, and its payload is read', () => {
    const verdict = verify(relayed);
    expect(verdict).toMatchObject({ kind: 'authentic', reply: { status: 200 } });
    expect(verdict.kind === 'authentic' && readTaobaoPayload(verdict.payload)).toMatchObject({
      ok: true,
      value: { hints: [{ channelOrderId: '4005312345678901234' }] },
    });
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'is answered 401 without or with another %s',
    (name) => {
      const without = Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name));
      for (const spoiled of [without, { ...headers, [name]: '1' }]) {
        expect(verify({ ...relayed, headers: spoiled })).toMatchObject({ kind: 'refused', reply: { status: 401 } });
      }
    },
  );

  test('is answered 401 when it is unsigned, altered, late, or the connection has no relay secret', () => {
    const refused = { kind: 'refused', reply: { status: 401 } };
    expect(verify({ ...relayed, headers: {} })).toMatchObject(refused);
    expect(verify({ ...relayed, body: Buffer.from('{}') })).toMatchObject(refused);
    expect(verify(relayed, NOW_MS + 301_000)).toMatchObject(refused);
    expect(verify(relayed, NOW_MS - 301_000)).toMatchObject(refused);
    expect(verifyTaobao(relayed, { credentials: CREDENTIALS }, NOW_MS)).toMatchObject(refused);
  });

  test('is not saved by a good SPI signature beside it', () => {
    expect(verify({ ...SPI, headers: { ...SPI.headers, 'webhook-id': 'msg_1' } })).toMatchObject({
      reply: { status: 401 },
    });
  });
});

test('no request makes the check throw, and none is authentic by chance', () => {
  const text = fc.oneof(codeUnits, fc.constantFrom('sign=', '%', '&=', 'a=b=c', '=', 'x,,y,'));
  const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/xml;charset=gbk', '');
  fc.assert(
    fc.property(text, text, type, fc.uint8Array(), (rawQuery, list, contentType, body) => {
      const headers = { 'top-sign-list': list, 'content-type': contentType };
      expect(verify({ method: 'POST', rawQuery, headers, body }).kind).toBe('refused');
      const verdict = verify(
        signed({ method: 'POST', rawQuery: SPI.rawQuery, headers: { ...headers, 'top-sign-list': '' }, body }),
      );
      if (verdict.kind === 'authentic') readTaobaoPayload(verdict.payload);
    }),
  );
});
