/** XML as AWS's query protocols answer it. */

/** Around elements, or around a text that `escapeXml` has taken. */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** What a client sent comes back in some answers, and could hold anything. */
export function escapeXml(content: string): string {
  return content.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}
