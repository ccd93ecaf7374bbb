import { bodySchema, curlOf, parametersOf } from './docs-example.ts';
import { errorTable, GUIDE } from './docs-guide.ts';
import { html, prose, type Html } from './docs-html.ts';
import { limitsNote, nameOf, noteOf, schemaTree, typeText } from './docs-schema.ts';
import type { Answer, JsonSchema, Method, OpenApiDocument, Operation, Parameter } from './openapi-model.ts';

const METHODS = ['get', 'post', 'put', 'delete'] as const satisfies readonly Method[];

interface Call {
  readonly path: string;
  readonly method: Method;
  readonly operation: Operation;
}

/** The API as one page that a browser shows without a script: made of the same document that machines read. */
export function docsPage(document: OpenApiDocument): string {
  const calls = callsOf(document);
  const schemas = Object.entries(document.components.schemas);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.info.title}</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/tokens.css">
<link rel="stylesheet" href="/console/docs.css">
<link rel="stylesheet" href="/console/docs-calls.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
${navigation(document, calls, schemas)}
<main id="main">
<header>
<h1>${document.info.title}</h1>
<p class="version">Version ${document.info.version} · OpenAPI ${document.openapi} · <a href="/openapi.json">openapi.json</a> · <a href="/">console</a></p>
${document.info.description.split('\n\n').map((text) => html`<p class="lead">${prose(text)}</p>`)}
</header>
${GUIDE.map(({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>${body}</section>`)}
${document.tags.map(({ name, description }) => html`<section id="tag-${name}"><h2>${name}</h2><p class="lead">${description}</p>${callsWith(calls, name).map((call) => callSection(document, call))}</section>`)}
<section id="schemas"><h2>Schemas</h2>${schemas.map(([name, schema]) => html`<article id="schema-${name}"><h3>${name}</h3>${noteOf(document, schema)}${schemaTree(document, schema)}</article>`)}</section>
<section id="codes"><h2>Error codes</h2>${errorTable()}</section>
</main>
<a class="to-contents" href="#top">↑ Contents</a>
</body>
</html>
`.markup;
}

function callsOf(document: OpenApiDocument): Call[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([word, operation]) => METHODS.filter((method) => method === word).map((method) => ({ path, method, operation }))),
  );
}

function callsWith(calls: readonly Call[], tag: string): Call[] {
  return calls.filter(({ operation }) => operation.tags.includes(tag));
}

function navigation(document: OpenApiDocument, calls: readonly Call[], schemas: readonly [string, JsonSchema][]): Html {
  const groups = document.tags.map(
    ({ name }) => html`<h2>${name}</h2><ul>${callsWith(calls, name).map(({ method, operation }) => html`<li><a href="#op-${operation.operationId}"><span class="method method-${method}">${method}</span><span>${operation.summary}</span></a></li>`)}</ul>`,
  );
  // Folded by a checkbox on a phone, always open beside the text: no script is needed for either.
  return html`<nav id="top" aria-label="Contents">
<a class="brand" href="#main">枢纽 API</a>
<input type="checkbox" id="contents" class="toggle"><label for="contents">Contents</label>
<div class="contents">
<h2>Guide</h2><ul>${GUIDE.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${groups}
<h2>Reference</h2><ul>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}<li><a href="#codes">Error codes</a></li></ul>
</div>
</nav>`;
}

function callSection(document: OpenApiDocument, call: Call): Html {
  const { path, method, operation } = call;
  const parameters = parametersOf(document, operation);
  const body = bodySchema(operation.requestBody?.content);
  const answers = Object.entries(operation.responses);
  return html`<article id="op-${operation.operationId}">
<h3>${operation.summary}</h3>
<p class="call"><span class="method method-${method}">${method}</span> <code>${path}</code></p>
${operation.description !== undefined && html`<p>${prose(operation.description)}</p>`}
${operation.security.length === 0 && html`<p class="note">No key is needed.</p>`}
${parameters.length > 0 && html`<h4>Parameters</h4><ul class="tree">${parameters.map((parameter) => parameterItem(document, parameter))}</ul>`}
${body !== undefined && html`<h4>Body</h4>${named(body)}${schemaTree(document, body)}`}
<h4>Example</h4>
<pre tabindex="0"><code>${curlOf(document, call)}</code></pre>
${answers.filter(([status]) => Number(status) < 400).map(([status, answer]) => answerPart(document, status, answer))}
${refusals(answers.filter(([status]) => Number(status) >= 400))}
</article>`;
}

function parameterItem(document: OpenApiDocument, { name, in: place, required, description, schema }: Parameter): Html {
  return html`<li><div class="field"><code class="name">${name}</code> <span class="type">${typeText(schema)}</span> <span class="place">${place}</span>${!required && html` <span class="optional">optional</span>`} ${limitsNote(document, schema)}</div>${description !== undefined && html`<p class="note">${prose(description)}</p>`}${noteOf(document, schema)}</li>`;
}

function named({ $ref }: JsonSchema): Html | undefined {
  return $ref === undefined ? undefined : html`<p class="note"><a href="#schema-${nameOf($ref)}">${nameOf($ref)}</a></p>`;
}

function answerPart(document: OpenApiDocument, status: string, { description, content = {} }: Answer): Html {
  const [first] = Object.entries(content);
  if (first === undefined) return html`<h4>Answer</h4><p class="note"><strong>${status}</strong> ${description}</p>`;
  const [contentType, { schema }] = first;
  const tree = schemaTree(document, schema);
  const label = html`<strong>${status}</strong> ${schema.$ref === undefined ? '' : nameOf(schema.$ref)} <span class="type">${contentType}</span>`;
  return html`<h4>Answer</h4>${tree.markup === '' ? html`<p class="note">${label}</p>` : html`<details><summary>${label}</summary>${tree}</details>`}`;
}

function refusals(answers: readonly [string, Answer][]): Html {
  const codes = answers.flatMap(([status, { description }]) => description.split('\n').map((line) => ({ status, code: line.split('`')[1] ?? '' })));
  return html`<h4>Refusals</h4><ul class="refusals">${codes.map(({ status, code }) => html`<li><span class="status">${status}</span> <a href="#${code}"><code>${code}</code></a></li>`)}</ul>`;
}
