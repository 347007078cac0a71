import { t } from './texts.js';

// Builds elements; text goes in as text, so nothing from a log or a manifest is ever read as markup.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(c => c !== null && c !== undefined && c !== false));
  return element;
}

export async function get(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (response.ok) return response.json();
  if (response.status === 401) throw Object.assign(new Error(t('tokenNeeded')), { status: 401 });
  const body = response.status === 422 || response.status === 500 ? await response.json().catch(() => null) : null;
  throw Object.assign(new Error(body?.error ?? `HTTP ${response.status}`), { status: response.status });
}
