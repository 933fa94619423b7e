/** XML of AWS's query protocols. */

/** An element around other elements or escaped text. */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** Escapes text, since some responses contain input of the client. */
export function escapeXml(content: string): string {
  return content.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}
