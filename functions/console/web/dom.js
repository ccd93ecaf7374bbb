/** Elements are made and compared here, and nowhere from markup text: what a platform sent stays text. */

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; `true` is an empty attribute, `false`, `null` and `undefined` are none. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG, whose elements live in a namespace of their own. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== false && child !== null && child !== undefined && child !== ''));
  return element;
}

/**
 * Makes `target` look like `next` by changing only what differs, so that a refresh keeps focus, selection and scroll
 * positions. Rows are recognised by `data-key`.
 */
export function morph(target, next) {
  if (target.nodeType !== next.nodeType || target.nodeName !== next.nodeName || keyOf(target) !== keyOf(next)) {
    target.replaceWith(next);
    return;
  }
  if (target.nodeType !== Node.ELEMENT_NODE) {
    if (target.data !== next.data) target.data = next.data;
    return;
  }
  morphAttributes(target, next);
  morphChildren(target, next);
  // What a person chose or typed is a property, which attributes no longer reach.
  if (target.nodeName === 'SELECT' && target.value !== next.value) target.value = next.value;
}

function morphAttributes(target, next) {
  for (const name of target.getAttributeNames()) if (!next.hasAttribute(name)) target.removeAttribute(name);
  for (const { name, value } of next.attributes) {
    if (target.getAttribute(name) === value) continue;
    target.setAttribute(name, value);
    if (name === 'value' && target.nodeName === 'INPUT') target.value = value;
  }
}

function morphChildren(target, next) {
  const keyed = new Map([...target.childNodes].flatMap((child) => (keyOf(child) === undefined ? [] : [[keyOf(child), child]])));
  let cursor = target.firstChild;
  let following;
  for (let child = next.firstChild; child !== null; child = following) {
    // What is put into the target leaves the list that is walked.
    following = child.nextSibling;
    const match = keyOf(child) === undefined ? unkeyed(cursor) : keyed.get(keyOf(child));
    if (match === undefined) {
      target.insertBefore(child, cursor);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else target.insertBefore(match, cursor);
    morph(match, child);
  }
  while (cursor !== null) {
    const gone = cursor;
    cursor = cursor.nextSibling;
    gone.remove();
  }
}

function unkeyed(node) {
  return node !== null && keyOf(node) === undefined ? node : undefined;
}

function keyOf(node) {
  return node.dataset?.key;
}
