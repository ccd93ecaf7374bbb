import { createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { apiSign, eventSign } from './douyin/sign.ts';
import samples from './fixtures/samples.json' with { type: 'json' };
import vectors from './fixtures/vectors.json' with { type: 'json' };
import { popSign } from './pinduoduo/sign.ts';
import { gbkBytes } from './taobao/gbk.ts';
import { formEncoded, spiSign, topSign } from './taobao/sign.ts';
import { encryptMessage, sha1Sorted } from './wechat/crypt.ts';

/** The signing written here is anew from the protocol reference; published vectors and sample payloads pin it. */

describe('Douyin', () => {
  test('reproduces the published API vector', () => {
    const { inputs, expected } = vectors['douyin-api-hmac-1'];
    const app = { appKey: inputs.app_key, appSecret: inputs.app_secret };
    expect(apiSign(app, { method: inputs.method, paramJson: inputs.param_json, timestamp: inputs.timestamp, v: inputs.v }, 'hmac-sha256')).toBe(expected);
  });

  test('reproduces the push vector that a third party accepts', () => {
    const { inputs, expected } = vectors['douyin-push-md5-derived'];
    expect(eventSign({ appKey: inputs.app_key, appSecret: inputs.app_secret }, Buffer.from(inputs.raw_body), 'md5')).toBe(expected);
  });

  test.each(samples.douyin.pushes)('signs the sample push $name alike', ({ body, sign }) => {
    expect(eventSign(samples.douyin.credentials, Buffer.from(body), 'md5')).toBe(sign);
  });

  test.each(samples.douyin.calls)('signs the sample call $name alike', ({ query, body }) => {
    const call = { method: query.method, paramJson: body, timestamp: query.timestamp, v: query.v };
    expect(apiSign(samples.douyin.credentials, call, 'hmac-sha256')).toBe(query.sign);
  });
});

describe('Taobao', () => {
  test('reproduces the vector of the official document', () => {
    const { inputs, expected } = vectors['taobao-top-md5'];
    expect(topSign(inputs.app_secret, inputs.params, 'md5')).toBe(expected);
  });

  test.each(samples.taobao.calls)('signs the sample call $name alike', ({ form }) => {
    const { sign, ...signed } = form;
    expect(topSign(samples.taobao.credentials.appSecret, textFields(signed), 'md5')).toBe(sign);
  });

  test.each(['taobao-spi-json-utf8', 'taobao-spi-form-utf8'] as const)('reproduces %s, with a listed header that is missing and a value that is empty', (id) => {
    const { inputs, expected } = vectors[id];
    const { sign: _sign, ...query } = Object.fromEntries(new URLSearchParams(inputs.url_query));
    const headers = { 'x-a': '1', 'x-b': decodeURIComponent(inputs.headers['x-b']), 'x-missing': '' };
    const isForm = inputs.content_type.includes('form');
    const form = isForm ? Object.fromEntries(new URLSearchParams(inputs.raw_body)) : {};
    const signed = { fields: { ...headers, ...form, ...query }, body: isForm ? '' : inputs.raw_body, charset: 'UTF-8' } as const;
    expect(spiSign(inputs.app_secret, signed)).toBe(expected);
  });

  test('signs the sample SPI question alike', () => {
    const { query, headers, body } = samples.taobao.spi;
    const { sign, ...fields } = Object.fromEntries(new URLSearchParams(query));
    const signed = { fields: { ...fields, 'x-top-env': headers['x-top-env'] }, body, charset: 'UTF-8' } as const;
    expect(spiSign(samples.taobao.credentials.appSecret, signed)).toBe(sign);
  });

  test('writes GBK that Node reads back, and URL-encodes its bytes', () => {
    const text = '浙江省杭州市滨江区 €? abc 龘镕';
    expect(new TextDecoder('gbk').decode(gbkBytes(text.replace('€', '')))).toBe(text.replace('€', ''));
    expect(formEncoded({ city: '杭州市' }, 'GBK')).toBe('city=%BA%BC%D6%DD%CA%D0');
  });
});

describe('Pinduoduo', () => {
  test('reproduces the vector of a published test suite', () => {
    const { inputs, expected } = vectors['pdd-api-md5'];
    expect(popSign(inputs.client_secret, textFields(inputs.params))).toBe(expected);
  });

  test.each(samples.pinduoduo.calls)('signs the sample call $name alike', ({ form }) => {
    const { sign, ...signed } = form;
    expect(popSign(samples.pinduoduo.credentials.clientSecret, textFields(signed))).toBe(sign);
  });
});

describe('WeChat', () => {
  test('reproduces the signature of the official URL check', () => {
    const { inputs, expected } = vectors['wechat-url-verify'];
    expect(sha1Sorted([inputs.token, inputs.timestamp, inputs.nonce])).toBe(expected.signature);
  });

  test('reproduces the official encrypted message, byte for byte', () => {
    const { inputs, expected } = vectors['wechat-encrypted-post'];
    const key = { encodingAesKey: inputs.encoding_aes_key, appId: inputs.appid };
    expect(encryptMessage(key, Buffer.from(expected.random), decrypted(inputs.encoding_aes_key, inputs.Encrypt).text)).toBe(inputs.Encrypt);
    expect(sha1Sorted([inputs.token, inputs.timestamp, inputs.nonce, inputs.Encrypt])).toBe(expected.msg_signature);
  });

  test.each(samples.wechat.pushes)('encrypts and signs the sample $name alike', ({ query, body, text }) => {
    const { credentials } = samples.wechat;
    const [, encrypt = ''] = /"Encrypt":"([^"]+)"/.exec(body) ?? [];
    const { random } = decrypted(credentials.encodingAesKey, encrypt);
    expect(encryptMessage(credentials, random, text)).toBe(encrypt);
    expect(sha1Sorted([credentials.token, query.timestamp, query.nonce, encrypt])).toBe(query.msg_signature);
  });
});

function textFields(fields: object): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
}

/** Node's own decryption, to take a message's random part and text out again. */
function decrypted(encodingAesKey: string, encrypt: string): { readonly random: Buffer; readonly text: string } {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(Buffer.from(encrypt, 'base64')), decipher.final()]);
  const length = plain.readUInt32BE(16);
  return { random: plain.subarray(0, 16), text: plain.subarray(20, 20 + length).toString('utf8') };
}
