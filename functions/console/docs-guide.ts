import { BODY_BYTES_MAX, PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from '../../shared/kernel/contract.ts';
import { ERRORS } from '../../shared/kernel/errors.ts';
import { html, type Html } from './docs-html.ts';

const CREDENTIALS = [
  ['douyin', 'appKey, appSecret, accessToken?', 'Pushed by the platform. Without a token, pushes wait until the connection is authorised.'],
  ['taobao', 'appKey, appSecret, sessionKey', 'Signed SPI calls, and TMC messages through a relay'],
  ['pinduoduo', 'clientId, clientSecret, accessToken', 'PMC frames through a relay'],
  ['wechat', 'appId, appSecret, token, encodingAesKey', 'Pushed by the platform'],
  ['partner', 'none: {}', 'Events signed with the relay secret'],
] as const;

/** What holds for every call, before the calls themselves. */
export const GUIDE: readonly { readonly id: string; readonly title: string; readonly body: Html }[] = [
  {
    id: 'start',
    title: 'Start',
    body: html`<p>Examples use two shell variables: the address of the hub, and a key. On a laptop the hub listens on port 8787; a trial gives the first key.</p>
      <pre><code>HUB=http://127.0.0.1:8787
curl -X POST "$HUB/v1/trials" -H "Content-Type: application/json" \\
  -d '{"company": "山野生活", "contact": "张三"}'
KEY=sk_…   # apiKey of the answer</code></pre>
      <p>Then create a <a href="#op-putWarehouse">warehouse</a> and a <a href="#op-putProduct">product</a>, <a href="#op-adjustStock">add stock</a>, and <a href="#op-placeOrder">place an order</a> or <a href="#op-createConnection">connect a shop</a>. The <a href="/">console</a> shows what happens, and <a href="/openapi.json">openapi.json</a> is this page for machines.</p>`,
  },
  {
    id: 'authentication',
    title: 'Authentication',
    body: html`<p>Every call under <code>/v1</code> takes <code>Authorization: Bearer sk_…</code>; only opening a trial does not. A key belongs to one tenant and one role (owner, seller, warehouse, finance or partner), and what belongs to other tenants answers 404, as if it did not exist. A trial has full function for 15 days; after that, reading and export stay open.</p>`,
  },
  {
    id: 'shops',
    title: 'Connecting a shop',
    body: html`<p><a href="#op-createConnection">Connect the shop</a> with the credentials of its platform, then save the <code>webhookUrl</code> of the answer there. Pushes are hints: the hub reads the newest detail of the order from the platform and acts on that.</p>
      <table class="codes"><thead><tr><th scope="col">Channel</th><th scope="col">credentials</th><th scope="col">How orders arrive</th></tr></thead><tbody>${CREDENTIALS.map(
        ([channel, credentials, way]) => html`<tr><td><code>${channel}</code></td><td><code>${credentials}</code></td><td>${way}</td></tr>`,
      )}</tbody></table>
      <p>A relay signs what it forwards by Standard Webhooks with the <code>relaySecret</code> of the connection (<code>whsec_…</code>, shown once): headers <code>webhook-id</code>, <code>webhook-timestamp</code> (at most 5 minutes off) and <code>webhook-signature</code>.</p>`,
  },
  {
    id: 'refusals',
    title: 'Errors',
    body: html`<p>A refused call answers a problem document (RFC 9457) as <code>application/problem+json</code>. Act on <code>code</code>: it is stable for ever. <code>title</code> and <code>titleZh</code> are for people, <code>fields</code> names what was wrong in the call. Answers from 500 on tell nothing but a <code>requestId</code>; they, 429 and 503 may be tried again.</p>
      <pre><code>{
  "type": "/docs#stock_short",
  "title": "${ERRORS.stock_short.en}",
  "titleZh": "${ERRORS.stock_short.zh}",
  "status": 409,
  "code": "stock_short",
  "requestId": "…"
}</code></pre>
      <p>All codes are listed <a href="#codes">at the end</a>.</p>`,
  },
  {
    id: 'idempotency',
    title: 'Idempotency',
    body: html`<p>Calls that create take an <code>Idempotency-Key</code> header. When an answer got lost, send the same call with the same key: it is done once, and you get the first answer again. The same key with another body is refused with <a href="#idempotency_conflict"><code>idempotency_conflict</code></a>. PUT calls may be repeated as they are.</p>`,
  },
  {
    id: 'paging',
    title: 'Paging',
    body: html`<p>Lists answer <code>{items, nextCursor}</code>. Ask for the next page with <code>?cursor=</code> and the <code>nextCursor</code> you got; <code>null</code> means there is no more. <code>?limit=</code> sets the size of a page: ${PAGE_ITEMS_DEFAULT} when left out, at most ${PAGE_ITEMS_MAX}. With a filter a page may have fewer items than asked for, and still a next one. Cursors are opaque.</p>`,
  },
  {
    id: 'conventions',
    title: 'Money, time, ids',
    body: html`<ul class="plain">
      <li><strong>Money</strong> is an integer of fen, and its name ends in <code>Fen</code>: <code>8900</code> is ¥89.00.</li>
      <li><strong>Times</strong> are ISO 8601 in UTC: <code>2026-11-24T02:30:00Z</code>. Only daily limits go by the Chinese calendar day.</li>
      <li><strong>Ids</strong> are strings, also where a platform writes numbers: some are beyond what a double can hold.</li>
      <li><strong>Bodies</strong> are JSON in UTF-8, at most ${BODY_BYTES_MAX / 1024} KiB. Unknown fields are refused, so that a typo does not pass unseen. Answers may gain fields.</li>
      <li><strong>Personal data</strong> stays in the platform's ciphertext; answers carry masks only.</li>
    </ul>`,
  },
];

/** Every code, each with an anchor: the `type` of a problem document leads here. */
export function errorTable(): Html {
  const rows = Object.entries(ERRORS).map(
    ([code, { http, en, zh }]) => html`<tr id="${code}"><td><code>${code}</code></td><td>${http}</td><td>${en}<br><span lang="zh-CN">${zh}</span></td></tr>`,
  );
  return html`<table class="codes"><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`;
}
